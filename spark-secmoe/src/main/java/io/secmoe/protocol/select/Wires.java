// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol.select;

import io.secmoe.protocol.select.SelectionNetwork.Match;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;
import java.util.List;

/**
 * One party's shares of the values on the wires of a {@link SelectionNetwork}: a vector of T
 * elements for every wire in use, all over one ring.
 */
final class Wires implements AutoCloseable {
  private final Arena arena;
  private final RingVector[] wires;

  /** Takes ownership of the vectors, which are null for wires that are not in use. */
  Wires(Arena arena, RingVector[] wires) {
    this.arena = arena;
    this.wires = wires;
  }

  /** Returns wires of which wire e starts with row e of a matrix. */
  static Wires of(Arena arena, RingVector rows, int count) {
    long n = rows.length() / count;
    RingVector[] wires = new RingVector[count];
    for (int e = 0; e < count; e++) {
      wires[e] = rows.view(e * n, n).copy(arena);
    }
    return new Wires(arena, wires);
  }

  RingVector get(int wire) {
    return wires[wire];
  }

  /** Returns first − second of every match: negative iff the second holds more. */
  RingVector differences(List<Match> layer) {
    RingVector any = wires[layer.get(0).first()];
    RingVector all = RingVector.uninitialised(arena, any.modulus(), layer.size() * any.length());
    for (int m = 0; m < layer.size(); m++) {
      RingVector part = all.view(m * any.length(), any.length());
      part.put(0, wires[layer.get(m).first()]);
      part.subtractInPlace(wires[layer.get(m).second()]);
    }
    return all;
  }

  /**
   * Exchanges the wires of every match whose second wire holds more. {@code gain} is the mux of
   * {@link #differences} by "the second holds more".
   */
  void exchange(List<Match> layer, RingVector gain) {
    long n = gain.length() / layer.size();
    for (int m = 0; m < layer.size(); m++) {
      RingVector part = gain.view(m * n, n);
      wires[layer.get(m).first()].subtractInPlace(part);
      wires[layer.get(m).second()].addInPlace(part);
    }
  }

  /** Returns some wires' vectors, one after the other. */
  RingVector concat(int... chosen) {
    RingVector[] parts = new RingVector[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      parts[i] = wires[chosen[i]];
    }
    return RingVector.concat(arena, parts);
  }

  @Override
  public void close() {
    for (RingVector wire : wires) {
      if (wire != null) {
        wire.close();
      }
    }
  }
}
