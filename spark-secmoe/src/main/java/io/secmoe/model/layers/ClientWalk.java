// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.model.input.Rows;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.ClientParty;
import io.secmoe.ring.RingVector;
import java.util.Arrays;

/** The client's state while both parties walk over a model's layers. */
public final class ClientWalk {
  private final ClientParty party;
  private final Rows rows;
  private final Strategy strategy;
  private Sequences columns;
  private int[] lengths;

  public ClientWalk(ClientParty party, Rows rows, Strategy strategy) {
    this.party = party;
    this.rows = rows;
    this.strategy = strategy;
    this.columns = rows.sequences();
    this.lengths = rows.lengths();
  }

  /** Computes the client's share of the layer's result; x stays open. */
  public RingVector step(LayerSpec<?> layer, RingVector x) {
    party.channel().meter().enter(layer.name(), layer.firstStep());
    RingVector y = layer.client(this, x);
    if (layer.pools()) {
      columns = layer.after(columns);
      lengths = new int[columns.count()];
      Arrays.fill(lengths, 1);
    }
    return y;
  }

  ClientParty party() {
    return party;
  }

  /** Returns the batch's rows, the client's secret. */
  Rows rows() {
    return rows;
  }

  Strategy strategy() {
    return strategy;
  }

  /** Returns the shape of the batch that comes to the present layer. */
  Sequences columns() {
    return columns;
  }

  /** Returns how many columns of each row are not padding, the client's secret. */
  int[] lengths() {
    return lengths;
  }
}
