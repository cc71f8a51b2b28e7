// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

/**
 * Every native method of SecMoE, in one place. Nothing else in the project declares one.
 *
 * <p><b>Conventions.</b> A {@code long} named after a kind of object ({@code pool}, {@code keys},
 * …) is a checked id into a table on the Rust side, never a pointer: a stale or foreign id is an
 * error, not a crash. A {@code long} whose name ends in {@code Addr} is the address of an off-heap
 * buffer that the caller owns and keeps alive during the call; the number next to it is its length
 * in <em>bytes</em>, which the Rust side checks against the length it needs before it touches the
 * buffer. Address 0 with length 0 stands for an absent buffer where the method says so.
 *
 * <p><b>Element formats.</b> <i>ring vector</i>: n little-endian u64, each below its modulus M (a
 * prime t, or 2^k with k ≤ 63). <i>digit vector</i>: n bytes, each below 2^width. <i>packed</i>: n
 * fields of w bits, least significant bit first, ⌈n·w/8⌉ bytes, unused bits zero. The width of a
 * ring element on the wire is ⌈log₂M⌉ bits.
 *
 * <p><b>Errors.</b> Every failure, Rust panics and C++ exceptions included, is one {@link
 * NativeException} with a code. Bulk methods take a {@code pool} and run on its threads; they stop
 * with {@code CANCELLED} at the next tile after {@link #poolCancel}.
 *
 * <p>Who may call: {@code ring}, {@code protocol}, {@code linear}, {@code party}, {@code tokenizer}
 * and the benchmark, through their own classes.
 */
public final class Native {
  static {
    NativeLoader.load();
  }

  private Native() {}

  // ---------------------------------------------------------------- life

  /**
   * Version of the native code and of the SEAL it was built with, such as {@code "0.1.0 (SEAL
   * 4.0.0)"}.
   */
  public static native String version();

  /**
   * A pool of {@code threads} ≥ 1 worker threads with its own cancellation flag; a bulk call uses
   * this pool and no other.
   */
  public static native long poolNew(int threads);

  /**
   * Makes running and later bulk calls on this pool end with {@code CANCELLED}. Callable from any
   * thread.
   */
  public static native void poolCancel(long pool);

  /**
   * Destroys the object behind an id and wipes its secrets; blocks until calls that use it have
   * ended. Unknown ids are ignored.
   */
  public static native void free(long handle);

  /** Number of objects alive in the table, for leak tests and metrics. */
  public static native int liveHandles();

  // ---------------------------------------------------------------- he: parameters and keys (SEAL
  // BGV, N = 8192)

  /**
   * Public encryption parameters. {@code primeBits} lists the bit sizes of the chain, answer level
   * first, the key-switching prime last (default {60, 50, 60, 48}); {@code plainModulus} is t, a
   * prime ≡ 1 mod 2^24. SEAL's 128-bit check is always on; {@code BAD_PARAMETERS} carries SEAL's
   * reason. A <i>level</i> is a number of data primes: 1 is the answer level.
   */
  public static native long heParams(int[] primeBits, long plainModulus);

  /** Draws a fresh secret key, a public key and a relinearisation key for one attempt (client). */
  public static native long heClientKeys(long params);

  /** Size of the encoded public and relinearisation keys: public, the same for every key. */
  public static native long hePublicKeyBytes(long params);

  /**
   * Writes the public and relinearisation keys, bit-packed by our codec; {@code outBytes} must
   * equal {@link #hePublicKeyBytes}.
   */
  public static native void heWritePublicKey(long clientKeys, long outAddr, long outBytes);

  /**
   * Parses what {@link #heWritePublicKey} wrote; every residue is checked against its prime ({@code
   * MALFORMED_MESSAGE}).
   */
  public static native long heServerKeys(long params, long inAddr, long inBytes);

  /**
   * Bytes of one fresh seeded ciphertext at {@code level}: a seed, then one bit-packed component.
   */
  public static native long heFreshBytes(long params, int level);

  /** Bytes of one compressed answer ciphertext: ⌈(2·kb − 7)·N/8⌉ with kb = ⌈log₂t⌉ + 9. */
  public static native long heAnswerBytes(long params);

  /**
   * Binary logarithm of the ratio between flooding and the noise bound for a result of {@code
   * terms} products at {@code level}, from public quantities only. {@code depth} is 0 (plaintext
   * weights), 1 (select), 2 (share × share product) or 3 (select parameters). {@code
   * BAD_PARAMETERS} if the chain leaves less than 40 bits.
   */
  public static native double heFloodBits(long params, int level, int depth, long terms);

  // ---------------------------------------------------------------- he: client

  /**
   * Encrypts {@code rows} rows of {@code columns} ≤ 8192 values modulo t (ring vectors, row-major),
   * one ciphertext each, unused slots zero, symmetric and seeded, at {@code level}; fresh
   * randomness from the operating system. {@code outBytes} = rows · heFreshBytes.
   */
  public static native void heEncrypt(
      long pool,
      long clientKeys,
      int level,
      long valuesAddr,
      long valuesBytes,
      int rows,
      int columns,
      long outAddr,
      long outBytes);

  /**
   * Bytes of one rounded ciphertext at the top level: a seed, then one component without its low
   * bits.
   */
  public static native long heFactorBytes(long params);

  /**
   * {@link #heEncrypt} for {@link #heFactors}: rounded ciphertexts at the top level, shorter, with
   * more error. They can be multiplied by plaintext shares ({@link #heProduct}, {@link #heRowSums},
   * {@link #heScale}, {@link #heBatched}), not by weights ({@code BAD_ARGUMENT}). {@code outBytes}
   * = rows · heFactorBytes.
   */
  public static native void heEncryptFactors(
      long pool,
      long clientKeys,
      long valuesAddr,
      long valuesBytes,
      int rows,
      int columns,
      long outAddr,
      long outBytes);

  /**
   * Decrypts {@code rows} compressed answers whose computation started at {@code level} (it fixes
   * the correction factor) into ring vectors modulo t, rows × columns. Fields that are out of range
   * give {@code MALFORMED_MESSAGE}.
   */
  public static native void heDecrypt(
      long pool,
      long clientKeys,
      int level,
      long inAddr,
      long inBytes,
      int rows,
      int columns,
      long valuesAddr,
      long valuesBytes);

  // ---------------------------------------------------------------- he: server

  /**
   * Room for {@code rows} ciphertexts at {@code level} (2 components, level primes, 8192 residues
   * of 8 bytes each, NTT form).
   */
  public static native long heMatrix(long params, int level, int rows);

  /** Room for {@code rows} rounded ciphertexts at the top level. */
  public static native long heFactors(long params, int rows);

  /**
   * Parses {@code rows} fresh ciphertexts into rows {@code firstRow…} of the matrix, expanding
   * seeds and checking every residue ({@code MALFORMED_MESSAGE}), and adds the server's shares
   * (ring vectors modulo t, rows × columns; absent = zero) as centred plaintexts. Each row is
   * loaded exactly once ({@code BAD_ARGUMENT} otherwise).
   */
  public static native void heLoad(
      long pool,
      long matrix,
      int firstRow,
      int rows,
      long inAddr,
      long inBytes,
      long sharesAddr,
      long sharesBytes,
      int columns);

  /**
   * Rows {@code fromRow} (inclusive) to {@code toRow} (exclusive) of Y = W·X: an exact FP64 GEMM on
   * residues, then {@code rerandomize}. {@code weights}: int16, M × K row-major, |w| ≤ 2047, K =
   * rows of x. Writes the server's shares (minus the mask) of those rows and their compressed
   * answers.
   */
  public static native void heLinear(
      long pool,
      long serverKeys,
      long x,
      long weightsAddr,
      long weightsBytes,
      int m,
      int fromRow,
      int toRow,
      int columns,
      long sharesAddr,
      long sharesBytes,
      long answersAddr,
      long answersBytes);

  /**
   * Rows {@code fromRow} to {@code toRow} of Y = Σ_e b_e · (W_e · X + B_e) = [W_1|…|W_E]·(b ⊗ x) +
   * Σ_e b_e·B_e, slot-wise in b, summed over {@code groups} selections: products formed tile by
   * tile inside the exact GEMM, three components, relinearised, then {@code rerandomize}. {@code
   * selector}: groups × E rows, {@code x}: groups × d rows, both at the top level. {@code weights}:
   * int16, [E][M][d], |w| ≤ 2047. {@code biases}: [E][M], |B| ≤ t/2, or null.
   */
  public static native void heSelect(
      long pool,
      long serverKeys,
      long selector,
      long x,
      int groups,
      long weightsAddr,
      long weightsBytes,
      long[] biases,
      int m,
      int fromRow,
      int toRow,
      int columns,
      long sharesAddr,
      long sharesBytes,
      long answersAddr,
      long answersBytes);

  /**
   * Answers {@code from} to {@code to} of Y = Σ_e b_e·(W_e·x + B_e) token by token, the parameters
   * selected first: Σ_e Enc(b_e)·W_e, then times Enc(x), relinearised, then {@code rerandomize}.
   * All plaintexts are polynomials modulo t by their coefficients ({@link #heTransform}): {@code
   * selector} has tokens × E rows, constants; {@code x} a row for every token, Σ_j x_j·X^(d−1−j);
   * both at the top level. {@code weights}: int16, [E][m][d], |w| ≤ 2047, d ≤ 8192. {@code biases}:
   * [E][m], |B| ≤ t/2, or null. Answer i·tokens + token has rows i·⌊8192/d⌋… of W, row r of these
   * in coefficient r·d + d − 1; shares and answers of 8192 slots each.
   */
  public static native void heParameters(
      long pool,
      long serverKeys,
      long selector,
      long x,
      long weightsAddr,
      long weightsBytes,
      long[] biases,
      int m,
      int d,
      int from,
      int to,
      long sharesAddr,
      long sharesBytes,
      long answersAddr,
      long answersBytes);

  /**
   * Shares of rows of 8192 slots to shares of the plaintexts' coefficients, both modulo t, in
   * place; or back, {@code toSlots}.
   */
  public static native void heTransform(
      long pool, long params, boolean toSlots, int rows, long addr, long bytes);

  /**
   * Cross terms of share × share products, slot-wise, for rows r: answer = Enc(x_C[r])·u[r] (+
   * Enc(y_C[r])·v[r] when {@code y} ≠ 0), with u, v the server's full-range plaintexts (ring
   * vectors modulo t, rows × columns; v absent iff y = 0). At the top level; {@code rerandomize} as
   * always.
   */
  public static native void heProduct(
      long pool,
      long serverKeys,
      long x,
      long uAddr,
      long uBytes,
      long y,
      long vAddr,
      long vBytes,
      int rows,
      int columns,
      long sharesAddr,
      long sharesBytes,
      long answersAddr,
      long answersBytes);

  /**
   * Cross terms of sums over rows: answer i = Σ Enc(x_C[r])·u[r] over {@code per} rows r from i·per
   * on (fewer in the last), so ⌈rows of x / per⌉ answers. {@code u}: a row of full-range plaintexts
   * (ring vectors modulo t) for every row of x. At the top level; {@code rerandomize} as always.
   */
  public static native void heRowSums(
      long pool,
      long serverKeys,
      long x,
      long uAddr,
      long uBytes,
      int per,
      int columns,
      long sharesAddr,
      long sharesBytes,
      long answersAddr,
      long answersBytes);

  /**
   * Cross terms of scaling rows {@code fromRow} to {@code toRow} by one row s: answer =
   * Enc(x_C[r])·s_S + Enc(s_C)·x_S[r]. {@code scale}: a matrix of the one row s_C, {@code
   * scaleAddr}: s_S; {@code xAddr}: x_S of these rows (ring vectors modulo t). At the top level;
   * {@code rerandomize} as always.
   */
  public static native void heScale(
      long pool,
      long serverKeys,
      long scale,
      long scaleAddr,
      long scaleBytes,
      long x,
      long xAddr,
      long xBytes,
      int fromRow,
      int toRow,
      int columns,
      long sharesAddr,
      long sharesBytes,
      long answersAddr,
      long answersBytes);

  /**
   * Rows {@code fromRow} to {@code toRow} of the cross terms of batched products AᵀB: {@code
   * columns} slots hold {@code pairs} pairs side by side, columns / pairs slots each (a power of
   * two), and answer m is Σ_k Enc(B_C[k])·A_S[k][pair][m], slot by slot. {@code b}: as many rows as
   * A and B have; {@code a}: A_S (ring vector modulo t), rows of b × pairs × m. At the top level;
   * {@code rerandomize} as always.
   */
  public static native void heBatched(
      long pool,
      long serverKeys,
      long b,
      long aAddr,
      long aBytes,
      int pairs,
      int m,
      int fromRow,
      int toRow,
      int columns,
      long sharesAddr,
      long sharesBytes,
      long answersAddr,
      long answersBytes);

  // ---------------------------------------------------------------- ot: base OTs and their
  // extension

  /**
   * One side of the extension for one direction. The <i>sender</i> holds a global Δ of 128 bits,
   * the <i>receiver</i> random choice bits. {@code kind}: SoftSpoken's k ∈ {1, 2, 4, 8}, which
   * trades bytes (128/k bits each) for hashing, or 0 for silent extension (about 0.4 bits each).
   * Randomness from the operating system.
   */
  public static native long otSender(int kind);

  public static native long otReceiver(int kind);

  /**
   * Bytes of set-up message {@code step}: 0 receiver → sender (hello), 1 sender → receiver
   * (choose), 2 receiver → sender (seeds).
   */
  public static native long otSetupBytes(int kind, int step);

  public static native void otReceiverHello(long receiver, long outAddr, long outBytes);

  public static native void otSenderChoose(
      long sender, long inAddr, long inBytes, long outAddr, long outBytes);

  public static native void otReceiverSeeds(
      long pool, long receiver, long inAddr, long inBytes, long outAddr, long outBytes);

  public static native void otSenderSeeds(long pool, long sender, long inAddr, long inBytes);

  /**
   * Bytes of the message by which this side and its peer get their next n correlations; n must be a
   * multiple of 1024 (SoftSpoken) or 4096 (silent). It depends on how many were made before, in
   * silent extension.
   */
  public static native long otExtendBytes(long senderOrReceiver, long n);

  /**
   * Adds n correlations and writes the message: SoftSpoken's receiver, or the silent sender; {@code
   * BAD_ARGUMENT} for the others.
   */
  public static native void otWriteExtension(
      long pool, long senderOrReceiver, long n, long outAddr, long outBytes);

  /**
   * Adds n correlations from the peer's message: SoftSpoken's sender, or the silent receiver;
   * {@code BAD_ARGUMENT} for the others.
   */
  public static native void otReadExtension(
      long pool, long senderOrReceiver, long n, long inAddr, long inBytes);

  /** Correlations in stock at this side. */
  public static native long otAvailable(long senderOrReceiver);

  /**
   * Takes n correlations out of the stock as an object that is used once: the consuming methods
   * below destroy it and any second use is {@code CLOSED_HANDLE}. {@code EXHAUSTED} if the stock is
   * too small.
   */
  public static native long otTake(long senderOrReceiver, long n);

  /**
   * Receiver: packed choice ⊕ random choice for n choices of {@code width} (1 to 4) bits: width
   * correlations per choice. Does not consume.
   */
  public static native void otFlips(
      long correlations,
      int width,
      long choicesAddr,
      long choicesBytes,
      long outAddr,
      long outBytes);

  /**
   * Correlated OT in Z_M, sender: for correlation j with δ_j and the receiver's choice c_j, the
   * shares add up to c_j·δ_j mod M. In: δ (ring vector), flips (packed, 1 bit). Out: own shares,
   * message (packed ring elements, one each). Consumes.
   */
  public static native void otRingSend(
      long pool,
      long correlations,
      long modulus,
      long n,
      long deltaAddr,
      long deltaBytes,
      long flipsAddr,
      long flipsBytes,
      long sharesAddr,
      long sharesBytes,
      long outAddr,
      long outBytes);

  /** Correlated OT in Z_M, receiver. Choices as a digit vector of width 1. Consumes. */
  public static native void otRingReceive(
      long pool,
      long correlations,
      long modulus,
      long n,
      long choicesAddr,
      long choicesBytes,
      long inAddr,
      long inBytes,
      long sharesAddr,
      long sharesBytes);

  /**
   * The same over XOR: δ_j and shares are digits of {@code width} ≤ 8 bits, shares XOR to c_j·δ_j.
   * Consumes.
   */
  public static native void otDigitSend(
      long pool,
      long correlations,
      int width,
      long n,
      long deltaAddr,
      long deltaBytes,
      long flipsAddr,
      long flipsBytes,
      long sharesAddr,
      long sharesBytes,
      long outAddr,
      long outBytes);

  public static native void otDigitReceive(
      long pool,
      long correlations,
      int width,
      long n,
      long choicesAddr,
      long choicesBytes,
      long inAddr,
      long inBytes,
      long sharesAddr,
      long sharesBytes);

  /**
   * Leaves of comparisons by 1-of-2^bits OT, sender: n look-ups of {@code bits} ≤ 4 correlations
   * each, for 1 to 8 thresholds. The receiver holds digits c, the sender one digit y per threshold
   * ({@code digits}: threshold by threshold, n each); the shares, in the same order, XOR to [c &gt;
   * y] + 2·[c = y], or to [c &gt; y] alone for the {@code lowest} digit of a number. Flips packed,
   * {@code bits} each. Message: 2^bits − 1 fields of thresholds·(2 or 1) bits per look-up.
   * Consumes.
   */
  public static native void otLeavesSend(
      long pool,
      long correlations,
      int bits,
      int thresholds,
      boolean lowest,
      long n,
      long digitsAddr,
      long digitsBytes,
      long flipsAddr,
      long flipsBytes,
      long sharesAddr,
      long sharesBytes,
      long outAddr,
      long outBytes);

  /** The receiver of {@link #otLeavesSend}; choices are n digits of {@code bits} bits. Consumes. */
  public static native void otLeavesReceive(
      long pool,
      long correlations,
      int bits,
      int thresholds,
      boolean lowest,
      long n,
      long choicesAddr,
      long choicesBytes,
      long inAddr,
      long inBytes,
      long sharesAddr,
      long sharesBytes);

  // ---------------------------------------------------------------- ring: packing and hot loops on
  // shares
  // Where these methods take a pool, vectors of 2^16 elements or more are worked on by its threads;
  // shorter ones, and all when it has one
  // thread or is 0, by the caller's.

  /** A ChaCha20 generator keyed from the operating system; one per attempt and party. */
  public static native long rng();

  /** n uniform elements of Z_M by rejection. */
  public static native void ringRandom(long rng, long modulus, long n, long outAddr, long outBytes);

  /** n uniform digits below 2^width. */
  public static native void digitRandom(long rng, int width, long n, long outAddr, long outBytes);

  /** Ring vector → packed. */
  public static native void ringPack(
      long pool, long modulus, long n, long inAddr, long inBytes, long outAddr, long outBytes);

  /** Packed → ring vector; an element ≥ M, or a set unused bit, is {@code MALFORMED_MESSAGE}. */
  public static native void ringUnpack(
      long pool, long modulus, long n, long inAddr, long inBytes, long outAddr, long outBytes);

  public static native void digitPack(
      long pool, int width, long n, long inAddr, long inBytes, long outAddr, long outBytes);

  public static native void digitUnpack(
      long pool, int width, long n, long inAddr, long inBytes, long outAddr, long outBytes);

  /**
   * out = a·x + b·y + c mod M, elementwise; a, b, c canonical; y absent counts as zero. out may be
   * x or y.
   */
  public static native void ringCombine(
      long pool,
      long modulus,
      long n,
      long a,
      long xAddr,
      long xBytes,
      long b,
      long yAddr,
      long yBytes,
      long c,
      long outAddr,
      long outBytes);

  /** out = x·y mod M, elementwise. */
  public static native void ringMultiply(
      long pool,
      long modulus,
      long n,
      long xAddr,
      long xBytes,
      long yAddr,
      long yBytes,
      long outAddr,
      long outBytes);

  /**
   * out = AᵀB mod q for every pair, q &lt; 2^60: a has inner × pairs × rows, b inner × pairs ×
   * columns, out rows × pairs × columns elements, all ring vectors. Here {@code pool} must be one.
   */
  public static native void ringBatched(
      long pool,
      long q,
      int pairs,
      int inner,
      int rows,
      int columns,
      long aAddr,
      long aBytes,
      long bAddr,
      long bBytes,
      long outAddr,
      long outBytes);

  /**
   * out = (x ≫ shift) mod M₂, x in Z_{M₁} taken as an integer; {@code ceil} rounds up instead of
   * down. M₂ may exceed M₁.
   */
  public static native void ringShift(
      long pool,
      long n,
      int shift,
      boolean ceil,
      long xAddr,
      long xBytes,
      long modulus2,
      long outAddr,
      long outBytes);

  /**
   * Powers of two with shares x of an exponent modulo (t − 1)·2^fraction: with x_i = e·2^fraction +
   * r, r centred, out[i] = 2^e·⌊2^(r/2^fraction + bits)⌉ mod t. out may be x.
   */
  public static native void ringPowers(
      long pool,
      long t,
      long n,
      int fraction,
      int bits,
      long xAddr,
      long xBytes,
      long outAddr,
      long outBytes);

  /** Digit i = [x_i ≥ threshold] (x as an integer). */
  public static native void ringAtLeast(
      long pool, long n, long threshold, long xAddr, long xBytes, long outAddr, long outBytes);

  /**
   * Digits of {@code width} bits of every element, starting at bit {@code from}: out[i] = (x_i ≫
   * from) mod 2^width.
   */
  public static native void ringDigits(
      long pool, long n, int from, int width, long xAddr, long xBytes, long outAddr, long outBytes);

  /**
   * out[i] = (1 − 2·digit_i)·x_i mod M when {@code signed}, digit_i·x_i mod M otherwise (digit
   * width 1).
   */
  public static native void ringSelect(
      long pool,
      long modulus,
      long n,
      boolean signed,
      long digitsAddr,
      long digitsBytes,
      long xAddr,
      long xBytes,
      long outAddr,
      long outBytes);

  /** out = x ⊕ y (digits). out may be x or y. */
  public static native void digitXor(
      long pool,
      long n,
      long xAddr,
      long xBytes,
      long yAddr,
      long yBytes,
      long outAddr,
      long outBytes);

  /** out[i] = bit_i·x_i (digits): {@code bits} has width 1. out may be x. */
  public static native void digitSelect(
      long pool,
      long n,
      long bitsAddr,
      long bitsBytes,
      long xAddr,
      long xBytes,
      long outAddr,
      long outBytes);

  /** out = x ⊕ constant (digits). out may be x. */
  public static native void digitXorConstant(
      long pool, long n, int constant, long xAddr, long xBytes, long outAddr, long outBytes);

  /** out[i] = bits [from, from + width) of digit i. out may be x. */
  public static native void digitSlice(
      long pool, long n, int from, int width, long xAddr, long xBytes, long outAddr, long outBytes);

  // ---------------------------------------------------------------- benchmark

  /**
   * The exact modular GEMM alone: C = W·X mod q, W int16 M × K, X ring vectors K × n, |w| ≤ 2047,
   * any q &lt; 2^60. Two FP64 products of shape M × K × n inside.
   */
  public static native void gemmExact(
      long pool,
      long q,
      int m,
      int k,
      long n,
      long weightsAddr,
      long weightsBytes,
      long xAddr,
      long xBytes,
      long outAddr,
      long outBytes);

  /** The same library's plain FP64 GEMM: C = A·B, row-major doubles, M × K × n. */
  public static native void gemmPlain(
      long pool,
      int m,
      int k,
      long n,
      long aAddr,
      long aBytes,
      long bAddr,
      long bBytes,
      long outAddr,
      long outBytes);

  // ---------------------------------------------------------------- tokenizer: the client's texts
  // as ids

  /**
   * A tokenizer out of the bytes of its tokenizer.json; {@code MALFORMED_MESSAGE} carries what the
   * library says of bytes that are none. Truncation and padding that the file asks for are switched
   * off. May be used by several threads at once.
   */
  public static native long tokenizerNew(long jsonAddr, long jsonBytes);

  /**
   * The number of ids of a text (UTF-8), special tokens added as the file says; writes as many of
   * them as fit (int32). A text that has no ids is {@code MALFORMED_MESSAGE}; no message repeats
   * any of it.
   */
  public static native int tokenizerEncode(
      long tokenizer, long textAddr, long textBytes, long idsAddr, long idsBytes);
}
