package io.secmoe.moe;

import io.secmoe.jni.Native;
import io.secmoe.linear.Weights;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Party;
import io.secmoe.party.ServerParty;
import io.secmoe.protocol.Answers;
import io.secmoe.protocol.Encrypted;
import io.secmoe.protocol.Upload;
import io.secmoe.ring.RingVector;

/**
 * Select parameters, then compute: y = W_e·x + c_e with e hidden from both parties, by ⟦W⟧ = Σ_i ⟦b_i⟧·W_i and then ⟦W⟧·⟦x⟧ + Σ_i
 * ⟦b_i⟧·c_i, token by token: what {@link io.secmoe.linear.SelectLinear} computes, in the order that SecMoE (arXiv 2601.06790, Protocol 1)
 * prints.
 *
 * <p>b: E × tokens, x: d × tokens, y: M × tokens, all [·]_t. A plaintext is a polynomial modulo t by its coefficients: b_i a constant, x
 * in descending order, and ⌊8192/d⌋ rows of W_i one after the other, so that one coefficient of the product belongs to each row and its
 * sum is taken under encryption. (In slots, small weights would become full-range coefficients, which leaves too little room for
 * flooding.) Per token: E + 1 ciphertexts up and ⌈M/⌊8192/d⌋⌉ answers down, where select-inputs serves 8192 tokens with E + d and M.
 * Exact modulo t. Rounds: 1 for every {@value #CIPHERTEXTS} / (E + 1) tokens, which bounds memory.
 */
final class ParameterLinear {
  /** Uploaded ciphertexts at a time, 384 KiB each at the server. */
  static final int CIPHERTEXTS = 256;

  /** Answers per call of the kernel. */
  private static final int TILE = 256;

  private final int experts;
  private final int rows;
  private final int features;
  private final int tokens;

  private ParameterLinear(int experts, int rows, int features, int tokens) {
    this.experts = experts;
    this.rows = rows;
    this.features = features;
    this.tokens = tokens;
  }

  /** Answers of a product for so many tokens, of {@value Upload#SLOTS} values each. */
  static long answers(int rows, int features, int tokens) {
    return (long) tokens * ((rows - 1) / (Upload.SLOTS / features) + 1);
  }

  /** Tokens at a time. */
  static int tokensAtOnce(int experts) {
    return Math.max(1, CIPHERTEXTS / (experts + 1));
  }

  /** The client's share of y, of {@code rows} rows; {@code selector} and x stay open. */
  static RingVector client(ClientParty c, int experts, int rows, RingVector selector, RingVector x) {
    int level = c.profile().topLevel();
    ParameterLinear product = of(experts, rows, selector, x);
    RingVector y = RingVector.uninitialised(c.arena(), c.t(), (long) rows * product.tokens);
    for (int from = 0; from < product.tokens; from += product.step()) {
      int n = Math.min(product.step(), product.tokens - from);
      try (RingVector constants = product.constants(c, selector, from, n); RingVector points = product.points(c, x, from, n)) {
        Upload.client(c, constants, n * experts, level);
        Upload.client(c, points, n, level);
      }
      try (RingVector answers = Answers.client(c, n * product.answers(), Upload.SLOTS, level)) {
        product.scatter(c, answers, from, n, y);
      }
    }
    return y;
  }

  /** The server's share of y; {@code biases} E × M at y's scale, or null; {@code selector} and x stay open. */
  static RingVector server(ServerParty s, Weights weights, long[] biases, RingVector selector, RingVector x) {
    int level = s.profile().topLevel();
    int experts = weights.groups();
    ParameterLinear product = of(experts, weights.rows(), selector, x);
    RingVector y = RingVector.uninitialised(s.arena(), s.t(), (long) weights.rows() * product.tokens);
    for (int from = 0; from < product.tokens; from += product.step()) {
      int n = Math.min(product.step(), product.tokens - from);
      try (RingVector constants = product.constants(s, selector, from, n); RingVector points = product.points(s, x, from, n);
          Encrypted encryptedB = Upload.server(s, constants, n * experts, level);
          Encrypted encryptedX = Upload.server(s, points, n, level);
          RingVector answers = Answers.server(s, n * product.answers(), Upload.SLOTS, TILE,
              kernel(s, weights, biases, encryptedB, encryptedX))) {
        product.scatter(s, answers, from, n, y);
      }
    }
    return y;
  }

  private static Answers.Kernel kernel(ServerParty s, Weights weights, long[] biases, Encrypted selector, Encrypted x) {
    return (from, to, shares, answers) -> Native.heParameters(s.pool().id(), s.keys().id(), selector.id(), x.id(), weights.address(),
        weights.bytes(), biases, weights.rows(), weights.columns(), from, to, shares.address(), shares.bytes(), answers.memoryAddress(),
        answers.readableBytes());
  }

  private static ParameterLinear of(int experts, int rows, RingVector selector, RingVector x) {
    int tokens = Math.toIntExact(selector.length() / experts);
    return new ParameterLinear(experts, rows, Math.toIntExact(x.length() / tokens), tokens);
  }

  private int step() {
    return tokensAtOnce(experts);
  }

  /** Rows of W in one answer. */
  private int perAnswer() {
    return Upload.SLOTS / features;
  }

  /** Answers for every token. */
  private int answers() {
    return (rows + perAnswer() - 1) / perAnswer();
  }

  /** Token by token, a row of equal slots for every expert: that is a constant polynomial. */
  private RingVector constants(Party party, RingVector selector, int from, int n) {
    RingVector constants = RingVector.zeros(party.arena(), party.t(), (long) n * experts * Upload.SLOTS);
    for (int i = 0; i < n * experts; i++) {
      long share = selector.get((long) (i % experts) * tokens + from + i / experts);
      constants.view((long) i * Upload.SLOTS, Upload.SLOTS).affineInPlace(0, share);
    }
    return constants;
  }

  /** Token by token, the slots of the polynomial whose coefficients are the features in descending order. */
  private RingVector points(Party party, RingVector x, int from, int n) {
    RingVector points = RingVector.zeros(party.arena(), party.t(), (long) n * Upload.SLOTS);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < features; j++) {
        points.set((long) i * Upload.SLOTS + features - 1 - j, x.get((long) j * tokens + from + i));
      }
    }
    transform(party, points, true);
    return points;
  }

  /** Takes each row's coefficient out of the answers, block of rows by block, in it token by token. */
  private void scatter(Party party, RingVector answers, int from, int n, RingVector y) {
    transform(party, answers, false);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < n; i++) {
        long answer = (long) (row / perAnswer()) * n + i;
        long coefficient = (long) (row % perAnswer()) * features + features - 1;
        y.set((long) row * tokens + from + i, answers.get(answer * Upload.SLOTS + coefficient));
      }
    }
  }

  private static void transform(Party party, RingVector rows, boolean toSlots) {
    Native.heTransform(party.pool().id(), party.params().id(), toSlots, Math.toIntExact(rows.length() / Upload.SLOTS), rows.address(),
        rows.bytes());
  }
}
