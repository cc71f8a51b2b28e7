// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.RingVector;

/** The server's state while both parties walk over a model's layers. */
public final class ServerWalk {
  private final ServerParty party;
  private final Strategy strategy;
  private Sequences columns;

  public ServerWalk(ServerParty party, Sequences columns, Strategy strategy) {
    this.party = party;
    this.strategy = strategy;
    this.columns = columns;
  }

  /** Computes the server's share of the layer's result; x stays open. */
  public RingVector step(ServedLayer<?> layer, RingVector x) {
    party.channel().meter().enter(layer.spec().name(), layer.spec().firstStep());
    RingVector y = layer.serve(this, x);
    columns = layer.spec().after(columns);
    return y;
  }

  ServerParty party() {
    return party;
  }

  Strategy strategy() {
    return strategy;
  }

  /** Returns the shape of the batch that comes to the present layer. */
  Sequences columns() {
    return columns;
  }
}
