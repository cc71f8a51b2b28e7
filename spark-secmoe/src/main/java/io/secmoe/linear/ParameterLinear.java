// SPDX-License-Identifier: Apache-2.0
package io.secmoe.linear;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeAnswers;
import io.secmoe.jni.NativeRange;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.product.Answers;
import io.secmoe.protocol.product.Encrypted;
import io.secmoe.protocol.product.Upload;
import io.secmoe.protocol.tile.Packing;
import io.secmoe.ring.Arena;
import io.secmoe.ring.RingVector;

/**
 * Selects parameters, then computes: y = W_e·x + c_e, with e hidden from both parties, as ⟦W⟧ = Σ_i
 * ⟦b_i⟧·W_i and then ⟦W⟧·⟦x⟧ + Σ_i ⟦b_i⟧·c_i, token by token. This is the function of {@link
 * SelectLinear} in the order that SecMoE (arXiv 2601.06790, Protocol 1) prints.
 *
 * <p>b is E × tokens, x is d × tokens and y is M × tokens, all shares modulo t. A plaintext is a
 * polynomial modulo t, given by its coefficients. b_i is a constant. x stands in descending order,
 * and ⌊8192/d⌋ rows of W_i stand one after the other, so that one coefficient of the product is the
 * sum for each row. In slots, small weights would become full-range coefficients, which leaves too
 * little room for flooding. In coefficients there are 49 bits of it. Each token takes E + 1
 * ciphertexts up and ⌈M/⌊8192/d⌋⌉ answers down. Select-inputs serves 8192 tokens with E + d
 * ciphertexts up and M down. The result is exact modulo t. The protocol takes 1 round for as many
 * tokens as {@link ParameterShape#step} says.
 *
 * <p>Costs per token of 2 experts of 128 × 64: 0 COT, 4940544 bits; 1 round.
 */
public final class ParameterLinear {
  /** The number of answers per call of the kernel. */
  private static final int TILE = 256;

  private ParameterLinear() {}

  /** Returns the client's share of y; {@code selector} and x stay open. */
  public static RingVector client(
      ClientParty c, ParameterShape shape, RingVector selector, RingVector x) {
    int level = c.profile().topLevel();
    int tokens = tokens(shape, x);
    RingVector y = RingVector.uninitialised(c.arena(), c.t(), (long) shape.rows() * tokens);
    for (int from = 0; from < tokens; from += shape.step()) {
      int n = Math.min(shape.step(), tokens - from);
      try (RingVector constants = constants(c, shape, selector, from, n);
          RingVector points = points(c, shape, x, from, n)) {
        Upload.client(c, constants, n * shape.experts(), level);
        Upload.client(c, points, n, level);
      }
      try (RingVector answers = Answers.client(c, n * shape.answers(), Packing.SLOTS, level)) {
        scatter(c, shape, answers, from, n, y);
      }
    }
    return y;
  }

  /**
   * Returns the server's share of y; a group of weights for each expert; {@code selector} and x
   * stay open.
   */
  public static RingVector server(
      ServerParty s, LinearWeights linear, RingVector selector, RingVector x) {
    Weights weights = linear.weights();
    ParameterShape shape = new ParameterShape(weights.groups(), weights.rows(), weights.columns());
    int level = s.profile().topLevel();
    int tokens = tokens(shape, x);
    RingVector y = RingVector.uninitialised(s.arena(), s.t(), (long) shape.rows() * tokens);
    for (int from = 0; from < tokens; from += shape.step()) {
      int n = Math.min(shape.step(), tokens - from);
      try (RingVector constants = constants(s, shape, selector, from, n);
          RingVector points = points(s, shape, x, from, n);
          Encrypted encryptedB = Upload.server(s, constants, n * shape.experts(), level);
          Encrypted encryptedX = Upload.server(s, points, n, level);
          RingVector answers =
              Answers.server(
                  s,
                  n * shape.answers(),
                  Packing.SLOTS,
                  TILE,
                  kernel(s, linear, encryptedB, encryptedX))) {
        scatter(s, shape, answers, from, n, y);
      }
    }
    return y;
  }

  private static Answers.Kernel kernel(
      ServerParty s, LinearWeights linear, Encrypted selector, Encrypted x) {
    return (from, to, shares, answers) ->
        Native.heParameters(
            s.pool().id(),
            s.keys().id(),
            selector.id(),
            x.id(),
            linear.forKernel(),
            new NativeRange(from, to),
            new NativeAnswers(Packing.SLOTS, shares.memory(), Arena.readable(answers)));
  }

  private static int tokens(ParameterShape shape, RingVector x) {
    return Math.toIntExact(x.length() / shape.features());
  }

  /**
   * Returns, token by token, a row of equal slots for every expert, which is a constant polynomial.
   */
  private static RingVector constants(
      Party party, ParameterShape shape, RingVector selector, int from, int n) {
    int experts = shape.experts();
    long tokens = selector.length() / experts;
    RingVector constants =
        RingVector.zeros(party.arena(), party.t(), (long) n * experts * Packing.SLOTS);
    for (int i = 0; i < n * experts; i++) {
      long share = selector.get(i % experts * tokens + from + i / experts);
      constants.view((long) i * Packing.SLOTS, Packing.SLOTS).affineInPlace(0, share);
    }
    return constants;
  }

  /**
   * Returns, token by token, the slots of the polynomial whose coefficients are the features in
   * descending order.
   */
  private static RingVector points(
      Party party, ParameterShape shape, RingVector x, int from, int n) {
    int features = shape.features();
    long tokens = x.length() / features;
    RingVector points = RingVector.zeros(party.arena(), party.t(), (long) n * Packing.SLOTS);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < features; j++) {
        points.set((long) i * Packing.SLOTS + features - 1 - j, x.get(j * tokens + from + i));
      }
    }
    return transform(party, points, true);
  }

  /**
   * Takes the coefficient of each row out of the answers. They come block of rows by block, and
   * token by token within a block.
   */
  private static void scatter(
      Party party, ParameterShape shape, RingVector answers, int from, int n, RingVector y) {
    transform(party, answers, false);
    long tokens = y.length() / shape.rows();
    for (int row = 0; row < shape.rows(); row++) {
      long coefficient = (long) (row % shape.perAnswer()) * shape.features() + shape.features() - 1;
      for (int i = 0; i < n; i++) {
        long answer = (long) (row / shape.perAnswer()) * n + i;
        y.set(row * tokens + from + i, answers.get(answer * Packing.SLOTS + coefficient));
      }
    }
  }

  private static RingVector transform(Party party, RingVector rows, boolean toSlots) {
    Native.heTransform(
        party.pool().id(),
        party.params().id(),
        toSlots,
        Math.toIntExact(rows.length() / Packing.SLOTS),
        rows.memory());
    return rows;
  }
}
