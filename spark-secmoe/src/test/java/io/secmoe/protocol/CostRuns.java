// SPDX-License-Identifier: Apache-2.0
package io.secmoe.protocol;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeAnswers;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Answers;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.Product;
import io.secmoe.protocol.product.Upload;
import io.secmoe.protocol.share.BitToArithmetic;
import io.secmoe.protocol.share.Rescale;
import io.secmoe.protocol.share.Reveal;
import io.secmoe.protocol.tile.Packing;
import io.secmoe.ring.Arena;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.RingVector;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The runs of all protocols in a stated shape, by the names of their files. */
final class CostRuns {
  static final Map<String, Function<Shape, CostRun>> BY_PROTOCOL =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("Answers", shape -> answers()),
              Map.entry(
                  "BitToArithmetic",
                  shape ->
                      new CostRun(
                          (c, in) -> BitToArithmetic.client(c, in.digits(1), shape.ring(0)),
                          (s, in) -> BitToArithmetic.server(s, in.digits(1), shape.ring(0)))),
              Map.entry("Product", CostRuns::product),
              Map.entry(
                  "Rescale",
                  shape ->
                      new CostRun(
                          (c, in) -> Rescale.client(c, in.ring(shape.ring(0)), 12, shape.ring(1)),
                          (s, in) -> Rescale.server(s, in.ring(shape.ring(0)), 12, shape.ring(1)))),
              Map.entry(
                  "Reveal",
                  shape ->
                      new CostRun(
                          (c, in) -> Reveal.client(c, in.ring(shape.ring(0))),
                          (s, in) -> {
                            Reveal.server(s, in.ring(shape.ring(0)));
                            return null;
                          })),
              Map.entry("Upload", shape -> upload())));

  static {
    BY_PROTOCOL.putAll(LinearCostRuns.BY_PROTOCOL);
    BY_PROTOCOL.putAll(NonLinearCostRuns.BY_PROTOCOL);
    BY_PROTOCOL.putAll(RowCostRuns.BY_PROTOCOL);
    BY_PROTOCOL.putAll(SelectionCostRuns.BY_PROTOCOL);
  }

  private CostRuns() {}

  private static CostRun product(Shape shape) {
    if (shape.text().startsWith("square")) {
      return new CostRun(
          (c, in) -> Product.square(c, in.ring(Modulus.T)),
          (s, in) -> Product.square(s, in.ring(Modulus.T)));
    }
    return new CostRun(
        (c, in) -> Product.client(c, in.ring(Modulus.T), in.ring(Modulus.T)),
        (s, in) -> Product.server(s, in.ring(Modulus.T), in.ring(Modulus.T)));
  }

  private static CostRun upload() {
    return new CostRun(
        (c, in) -> {
          Upload.client(c, in.ring(Modulus.T), 2, c.profile().linearLevel());
          return null;
        },
        (s, in) -> Upload.server(s, in.ring(Modulus.T), 2, s.profile().linearLevel()));
  }

  /** Runs products of an upload, which does not count, with random numbers. */
  private static CostRun answers() {
    return new CostRun(
        (c, in) -> {
          in.uncounted(() -> Upload.client(c, in.ring(Modulus.T), 2, c.profile().topLevel()));
          return Answers.client(c, 2, Packing.SLOTS, c.profile().topLevel());
        },
        (s, in) -> {
          RingVector x = in.ring(Modulus.T);
          Encrypted[] encrypted = new Encrypted[1];
          in.uncounted(() -> encrypted[0] = Upload.server(s, x, 2, s.profile().topLevel()));
          try (Encrypted matrix = encrypted[0]) {
            return Answers.server(s, 2, Packing.SLOTS, 2, times(s, matrix, x));
          }
        });
  }

  private static Answers.Kernel times(ServerParty s, Encrypted matrix, RingVector x) {
    return (from, to, shares, answers) ->
        Native.heProduct(
            s.pool().id(),
            s.keys().id(),
            matrix.id(),
            x.memory(),
            0,
            null,
            matrix.rows(),
            new NativeAnswers(matrix.columns(), shares.memory(), Arena.readable(answers)));
  }
}
