// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

/**
 * Every native method of SecMoE, in one place. Nothing else in the project declares one.
 *
 * <p><b>Conventions.</b> A {@code long} named after a kind of object ({@code pool}, {@code keys},
 * …) is a checked id into a table on the Rust side, never a pointer: a stale or foreign id is an
 * error, not a crash. Off-heap memory is a {@link NativeBuffer}.
 *
 * <p><b>Element formats.</b> A <i>ring vector</i> has n little-endian u64, each below its modulus M
 * (a prime t, or 2^k with k ≤ 63). A <i>digit vector</i> has n bytes, each below 2^width.
 * <i>Packed</i> means n fields of w bits, least significant bit first, ⌈n·w/8⌉ bytes, unused bits
 * zero. A packed ring element has ⌈log₂M⌉ bits.
 *
 * <p><b>Errors.</b> Every failure, Rust panics and C++ exceptions included, is one {@link
 * NativeException} with a code. Bulk methods take a {@code pool} and run on its threads. They stop
 * with {@code CANCELLED} at the next tile after {@link #poolCancel}.
 */
public final class Native {
  static {
    NativeLoader.load();
  }

  private Native() {}

  // ---- life

  /**
   * Returns the version of the native code and of the SEAL it was built with, such as {@code "0.1.0
   * (SEAL 4.0.0)"}.
   */
  public static native String version();

  /**
   * Makes a pool of {@code threads} ≥ 1 worker threads with a cancellation flag of its own. A bulk
   * call uses the threads of this pool only.
   */
  public static native long poolNew(int threads);

  /**
   * Makes running and later bulk calls on this pool end with {@code CANCELLED}. Any thread may call
   * it.
   */
  public static native void poolCancel(long pool);

  /**
   * Returns destroys the object behind an id and wipes its secrets. It waits until calls that use
   * the object have ended. Unknown ids are ignored.
   */
  public static native void free(long handle);

  /** Returns the number of objects in the table, for leak tests and metrics. */
  public static native int liveHandles();

  // ---- he: parameters and keys (SEAL BGV, N = 8192)

  /**
   * Makes public encryption parameters. {@code primeBits} lists the sizes of the primes in bits:
   * the prime of the answer level first, the key-switching prime last (default {60, 50, 60, 48}).
   * {@code plainModulus} is t, a prime ≡ 1 mod 2^24. SEAL's 128-bit check is always on; {@code
   * BAD_PARAMETERS} carries SEAL's reason. A <i>level</i> is a number of data primes; level 1 is
   * the answer level.
   */
  public static native long heParams(int[] primeBits, long plainModulus);

  /** Draws a fresh secret key, public key and relinearisation key for one attempt (client). */
  public static native long heClientKeys(long params);

  /**
   * Returns the size of the encoded public and relinearisation keys. It depends on the parameters
   * only.
   */
  public static native long hePublicKeyBytes(long params);

  /**
   * Writes the public and relinearisation keys, bit-packed by our codec, into {@link
   * #hePublicKeyBytes} bytes.
   */
  public static native void heWritePublicKey(long clientKeys, NativeBuffer out);

  /**
   * Parses the bytes that {@link #heWritePublicKey} wrote. A residue that is not below its prime is
   * a {@code MALFORMED_MESSAGE}.
   */
  public static native long heServerKeys(long params, NativeBuffer in);

  /**
   * Returns the bytes of one fresh seeded ciphertext at {@code level}: a seed, then one bit-packed
   * component.
   */
  public static native long heFreshBytes(long params, int level);

  /** Returns the bytes of one compressed answer: ⌈(2·kb − 7)·N/8⌉ with kb = ⌈log₂t⌉ + 9. */
  public static native long heAnswerBytes(long params);

  /**
   * Returns the binary logarithm of the ratio between the flooding and the noise bound, for a
   * result of {@code terms} products at {@code level}. It is computed from public quantities only.
   * {@code depth} is 0 (plaintext weights), 1 (select), 2 (share × share product) or 3 (select
   * parameters). {@code BAD_PARAMETERS} if the chain leaves less than 40 bits.
   */
  public static native double heFloodBits(long params, int level, int depth, long terms);

  // ---- he: client

  /**
   * Encrypts {@code rows} rows of {@code columns} ≤ 8192 values modulo t (ring vectors, row-major)
   * with fresh randomness from the operating system. Each row becomes one symmetric, seeded
   * ciphertext at {@code level}; unused slots are zero. {@code out} has rows · heFreshBytes.
   */
  public static native void heEncrypt(
      long pool,
      long clientKeys,
      int level,
      NativeBuffer values,
      int rows,
      int columns,
      NativeBuffer out);

  /**
   * Returns the bytes of one rounded ciphertext at the top level: a seed, then one component
   * without its low bits.
   */
  public static native long heFactorBytes(long params);

  /**
   * Does what {@link #heEncrypt} does, for {@link #heFactors}. The ciphertexts are at the top level
   * and rounded, so they are shorter and have more error. They can be multiplied by plaintext
   * shares ({@link #heProduct}, {@link #heRowSums}, {@link #heScale}, {@link #heBatched}), but not
   * by weights ({@code BAD_ARGUMENT}). {@code out} has rows · heFactorBytes.
   */
  public static native void heEncryptFactors(
      long pool, long clientKeys, NativeBuffer values, int rows, int columns, NativeBuffer out);

  /**
   * Decrypts {@code rows} compressed answers into ring vectors modulo t, rows × columns. {@code
   * level} is the level at which the computation started; it fixes the correction factor. A field
   * that is out of range is a {@code MALFORMED_MESSAGE}.
   */
  public static native void heDecrypt(
      long pool,
      long clientKeys,
      int level,
      NativeBuffer in,
      int rows,
      int columns,
      NativeBuffer values);

  // ---- he: server

  /**
   * Makes room for {@code rows} ciphertexts at {@code level}: 2 components, level primes, 8192
   * residues of 8 bytes each, in NTT form.
   */
  public static native long heMatrix(long params, int level, int rows);

  /** Makes room for {@code rows} rounded ciphertexts at the top level. */
  public static native long heFactors(long params, int rows);

  /**
   * Parses {@code rows} fresh ciphertexts into rows {@code firstRow…} of the matrix. It expands the
   * seeds, checks every residue ({@code MALFORMED_MESSAGE}) and adds the server's shares as centred
   * plaintexts (ring vectors modulo t, rows × columns, or null for zeros). Each row is loaded
   * exactly once ({@code BAD_ARGUMENT} otherwise).
   */
  public static native void heLoad(
      long pool,
      long matrix,
      int firstRow,
      int rows,
      NativeBuffer in,
      NativeBuffer shares,
      int columns);

  /**
   * Computes {@code rows} of Y = W·X: an exact FP64 GEMM on residues, then {@code rerandomize}.
   * {@code weights} is one matrix without biases, with as many columns as x has rows.
   */
  public static native void heLinear(
      long pool,
      long serverKeys,
      long x,
      NativeWeights weights,
      NativeRange rows,
      NativeAnswers answers);

  /**
   * Computes {@code rows} of Y = Σ_e b_e · (W_e · X + B_e) = [W_1|…|W_E]·(b ⊗ x) + Σ_e b_e·B_e,
   * slot by slot in b, summed over {@code groups} selections. The products are formed tile by tile
   * inside the exact GEMM; they have three components and are relinearised, then pass {@code
   * rerandomize}. {@code selector} has groups × E rows and {@code x} has groups × d rows, both at
   * the top level. {@code weights} has E matrices of d columns.
   */
  public static native void heSelect(
      long pool,
      long serverKeys,
      long selector,
      long x,
      int groups,
      NativeWeights weights,
      NativeRange rows,
      NativeAnswers answers);

  /**
   * Computes answers {@code range} of Y = Σ_e b_e·(W_e·x + B_e) token by token. The parameters are
   * selected first: Σ_e Enc(b_e)·W_e, then times Enc(x), relinearised, then {@code rerandomize}.
   * All plaintexts are polynomials modulo t by their coefficients ({@link #heTransform}). {@code
   * selector} has tokens × E rows of constants. {@code x} has a row for every token, Σ_j
   * x_j·X^(d−1−j). Both are at the top level. {@code weights} has E matrices of d ≤ 8192 columns.
   * Answer i·tokens + token has the rows from i·⌊8192/d⌋ on of W; row r of these is in coefficient
   * r·d + d − 1. Shares and answers have 8192 slots each.
   */
  public static native void heParameters(
      long pool,
      long serverKeys,
      long selector,
      long x,
      NativeWeights weights,
      NativeRange range,
      NativeAnswers answers);

  /**
   * Turns shares of rows of 8192 slots into shares of the plaintexts' coefficients, or back if
   * {@code toSlots}. Both are modulo t and in place.
   */
  public static native void heTransform(
      long pool, long params, boolean toSlots, int rows, NativeBuffer values);

  /**
   * Computes the cross terms of share × share products, slot by slot: for each row r, the answer is
   * Enc(x_C[r])·u[r] (+ Enc(y_C[r])·v[r] when {@code y} ≠ 0). u and v are the server's full-range
   * plaintexts (ring vectors modulo t, rows × columns); v is null exactly if y = 0. All is at the
   * top level and passes {@code rerandomize}.
   */
  public static native void heProduct(
      long pool,
      long serverKeys,
      long x,
      NativeBuffer u,
      long y,
      NativeBuffer v,
      int rows,
      NativeAnswers answers);

  /**
   * Computes the cross terms of sums over rows: answer i is Σ Enc(x_C[r])·u[r] over {@code per}
   * rows r from i·per on (fewer in the last one), so there are ⌈rows of x / per⌉ answers. {@code u}
   * has a row of full-range plaintexts (ring vectors modulo t) for every row of x. All is at the
   * top level and passes {@code rerandomize}.
   */
  public static native void heRowSums(
      long pool, long serverKeys, long x, NativeBuffer u, int per, NativeAnswers answers);

  /**
   * Computes the cross terms of scaling {@code rows} of x by one row s: the answer is
   * Enc(x_C[r])·s_S + Enc(s_C)·x_S[r]. {@code scale} is a matrix of the one row s_C and {@code
   * scaleShare} is s_S. {@code xShare} is x_S of these rows (ring vectors modulo t). All is at the
   * top level and passes {@code rerandomize}.
   */
  public static native void heScale(
      long pool,
      long serverKeys,
      long scale,
      NativeBuffer scaleShare,
      long x,
      NativeBuffer xShare,
      NativeRange rows,
      NativeAnswers answers);

  /**
   * Computes {@code rows} of the cross terms of batched products AᵀB. The slots hold {@code pairs}
   * pairs side by side, columns / pairs slots each (a power of two). Answer m is Σ_k
   * Enc(B_C[k])·A_S[k][pair][m], slot by slot. {@code b} has as many rows as A and B have. {@code
   * a} is A_S (ring vector modulo t), rows of b × pairs × m. All is at the top level and passes
   * {@code rerandomize}.
   */
  public static native void heBatched(
      long pool,
      long serverKeys,
      long b,
      NativeBuffer a,
      int pairs,
      int m,
      NativeRange rows,
      NativeAnswers answers);

  // ---- ot: base OTs and their extension

  /**
   * Makes the sender of the extension for one direction. The <i>sender</i> holds a global Δ of 128
   * bits, the <i>receiver</i> random choice bits. {@code kind} is SoftSpoken's k ∈ {1, 2, 4, 8},
   * which trades bytes (128/k bits each) for hashing, or 0 for silent extension (about 0.4 bits
   * each). The randomness comes from the operating system.
   */
  public static native long otSender(int kind);

  /** Makes the receiver of {@link #otSender}. */
  public static native long otReceiver(int kind);

  /**
   * Returns the bytes of set-up message {@code step}: 0 receiver → sender (hello), 1 sender →
   * receiver (choose), 2 receiver → sender (seeds).
   */
  public static native long otSetupBytes(int kind, int step);

  /** Writes set-up message 0 (receiver). */
  public static native void otReceiverHello(long receiver, NativeBuffer out);

  /** Reads set-up message 0 and writes message 1 (sender). */
  public static native void otSenderChoose(long sender, NativeBuffer in, NativeBuffer out);

  /** Reads set-up message 1 and writes message 2 (receiver). */
  public static native void otReceiverSeeds(
      long pool, long receiver, NativeBuffer in, NativeBuffer out);

  /** Reads set-up message 2 (sender). */
  public static native void otSenderSeeds(long pool, long sender, NativeBuffer in);

  /**
   * Returns the bytes of the message by which this side and its peer get their next n correlations.
   * n must be a multiple of 1024 (SoftSpoken) or 4096 (silent). In silent extension, the bytes
   * depend on how many correlations were made before.
   */
  public static native long otExtendBytes(long senderOrReceiver, long n);

  /**
   * Adds n correlations and writes the message: SoftSpoken's receiver, or the silent sender. {@code
   * BAD_ARGUMENT} for the others.
   */
  public static native void otWriteExtension(
      long pool, long senderOrReceiver, long n, NativeBuffer out);

  /**
   * Adds n correlations from the peer's message: SoftSpoken's sender, or the silent receiver.
   * {@code BAD_ARGUMENT} for the others.
   */
  public static native void otReadExtension(
      long pool, long senderOrReceiver, long n, NativeBuffer in);

  /** Returns the number of correlations in stock at this side. */
  public static native long otAvailable(long senderOrReceiver);

  /**
   * Takes n correlations out of the stock as an object that is used once: the methods below that
   * use it up destroy it, and any second use is {@code CLOSED_HANDLE}. {@code EXHAUSTED} if the
   * stock is too small.
   */
  public static native long otTake(long senderOrReceiver, long n);

  /**
   * Returns receiver: writes packed choice ⊕ random choice for n choices of {@code width} (1 to 4)
   * bits, one correlation for each bit. It does not use the correlations up.
   */
  public static native void otFlips(
      long correlations, int width, NativeBuffer choices, NativeBuffer out);

  /**
   * Returns correlated OT in Z_M, sender. For correlation j with δ_j and the receiver's choice c_j,
   * the shares add up to c_j·δ_j mod M. It reads δ (ring vector) and flips (packed, 1 bit). It
   * writes its own shares and the message (packed ring elements, one each). It uses the
   * correlations up.
   */
  public static native void otRingSend(
      long pool,
      long correlations,
      long modulus,
      long n,
      NativeBuffer delta,
      NativeBuffer flips,
      NativeBuffer shares,
      NativeBuffer out);

  /**
   * Returns correlated OT in Z_M, receiver. The choices are a digit vector of width 1. It uses the
   * correlations up.
   */
  public static native void otRingReceive(
      long pool,
      long correlations,
      long modulus,
      long n,
      NativeBuffer choices,
      NativeBuffer in,
      NativeBuffer shares);

  /**
   * Does what {@link #otRingSend} does, over XOR: δ_j and shares are digits of {@code width} ≤ 8
   * bits, and the shares XOR to c_j·δ_j. It uses the correlations up.
   */
  public static native void otDigitSend(
      long pool,
      long correlations,
      int width,
      long n,
      NativeBuffer delta,
      NativeBuffer flips,
      NativeBuffer shares,
      NativeBuffer out);

  /** Returns the receiver of {@link #otDigitSend}. It uses the correlations up. */
  public static native void otDigitReceive(
      long pool,
      long correlations,
      int width,
      long n,
      NativeBuffer choices,
      NativeBuffer in,
      NativeBuffer shares);

  /**
   * Returns leaves of comparisons by 1-of-2^bits OT, sender: n look-ups of {@code bits}
   * correlations each. The receiver holds digits c, the sender one digit y for every threshold
   * ({@code digits}: threshold by threshold, n each). The shares, in the same order, XOR to [c &gt;
   * y] + 2·[c = y], or to [c &gt; y] alone for the {@code lowest} digit of a number. The flips are
   * packed, {@code bits} each. The message has 2^bits − 1 fields of thresholds·(2 or 1) bits for
   * every look-up. It uses the correlations up.
   */
  public static native void otLeavesSend(
      long pool,
      long correlations,
      NativeLeaves leaves,
      long n,
      NativeBuffer digits,
      NativeBuffer flips,
      NativeBuffer shares,
      NativeBuffer out);

  /**
   * Returns the receiver of {@link #otLeavesSend}. The choices are n digits of {@code bits} bits.
   * It uses the correlations up.
   */
  public static native void otLeavesReceive(
      long pool,
      long correlations,
      NativeLeaves leaves,
      long n,
      NativeBuffer choices,
      NativeBuffer in,
      NativeBuffer shares);

  // ---- ring: packing and hot loops on shares
  // Methods here that take a pool use its threads for vectors of 2^16 elements or more. The
  // caller's
  // thread works on shorter ones, and on all when the pool has one thread or is 0.

  /**
   * Makes a ChaCha20 generator with a key from the operating system: one for every attempt and
   * party.
   */
  public static native long rng();

  /** Writes n uniform elements of Z_M, by rejection. */
  public static native void ringRandom(long rng, long modulus, long n, NativeBuffer out);

  /** Writes n uniform digits below 2^width. */
  public static native void digitRandom(long rng, int width, long n, NativeBuffer out);

  /** Packs a ring vector. */
  public static native void ringPack(
      long pool, long modulus, long n, NativeBuffer in, NativeBuffer out);

  /**
   * Unpacks a ring vector. An element ≥ M, or an unused bit that is set, is a {@code
   * MALFORMED_MESSAGE}.
   */
  public static native void ringUnpack(
      long pool, long modulus, long n, NativeBuffer in, NativeBuffer out);

  /** Packs a digit vector. */
  public static native void digitPack(
      long pool, int width, long n, NativeBuffer in, NativeBuffer out);

  /** Unpacks a digit vector. An unused bit that is set is a {@code MALFORMED_MESSAGE}. */
  public static native void digitUnpack(
      long pool, int width, long n, NativeBuffer in, NativeBuffer out);

  /**
   * Returns out = a·x + b·y + c mod M, elementwise. a, b and c are canonical; y may be null and
   * counts as zero then. out may be x or y; its length is the number of elements.
   */
  public static native void ringCombine(
      long pool,
      long modulus,
      long a,
      NativeBuffer x,
      long b,
      NativeBuffer y,
      long c,
      NativeBuffer out);

  /** Returns out = x·y mod M, elementwise. */
  public static native void ringMultiply(
      long pool, long modulus, long n, NativeBuffer x, NativeBuffer y, NativeBuffer out);

  /**
   * Returns out = AᵀB mod q for every pair, q &lt; 2^60: a has inner × pairs × rows elements, b
   * inner × pairs × columns, out rows × pairs × columns, all ring vectors. The lengths of a and b
   * give inner. Here {@code pool} must be a pool.
   */
  public static native void ringBatched(
      long pool,
      long q,
      int pairs,
      int rows,
      int columns,
      NativeBuffer a,
      NativeBuffer b,
      NativeBuffer out);

  /**
   * Returns out = (x ≫ shift) mod M₂, with x in Z_{M₁} taken as an integer; {@code ceil} rounds up
   * instead of down. M₂ may exceed M₁.
   */
  public static native void ringShift(
      long pool, long n, int shift, boolean ceil, NativeBuffer x, long modulus2, NativeBuffer out);

  /**
   * Returns powers of two with shares x of an exponent modulo (t − 1)·2^fraction: with x_i =
   * e·2^fraction + r, r centred, out[i] = 2^e·⌊2^(r/2^fraction + bits)⌉ mod t. out may be x.
   */
  public static native void ringPowers(
      long pool, long t, long n, int fraction, int bits, NativeBuffer x, NativeBuffer out);

  /** Returns digit i = [x_i ≥ threshold], with x as integers. */
  public static native void ringAtLeast(
      long pool, long n, long threshold, NativeBuffer x, NativeBuffer out);

  /**
   * Returns out[i] = (x_i ≫ from) mod 2^width: digits of {@code width} bits of every element, from
   * bit {@code from} on.
   */
  public static native void ringDigits(
      long pool, long n, int from, int width, NativeBuffer x, NativeBuffer out);

  /**
   * Returns out[i] = (1 − 2·digit_i)·x_i mod M when {@code signed}, digit_i·x_i mod M otherwise.
   * The digits have width 1.
   */
  public static native void ringSelect(
      long pool,
      long modulus,
      long n,
      boolean signed,
      NativeBuffer digits,
      NativeBuffer x,
      NativeBuffer out);

  /** Returns out = x ⊕ y (digits). out may be x or y. */
  public static native void digitXor(
      long pool, long n, NativeBuffer x, NativeBuffer y, NativeBuffer out);

  /** Returns out[i] = bit_i·x_i (digits); {@code bits} has width 1. out may be x. */
  public static native void digitSelect(
      long pool, long n, NativeBuffer bits, NativeBuffer x, NativeBuffer out);

  /** Returns out = x ⊕ constant (digits). out may be x. */
  public static native void digitXorConstant(
      long pool, long n, int constant, NativeBuffer x, NativeBuffer out);

  /** Returns out[i] = bits [from, from + width) of digit i. out may be x. */
  public static native void digitSlice(
      long pool, long n, int from, int width, NativeBuffer x, NativeBuffer out);

  // ---- benchmark

  /**
   * Returns the exact modular GEMM alone: C = W·X mod q, W int16 M × K, X ring vectors K × n, |w| ≤
   * 2047, any q &lt; 2^60. It does two FP64 products of shape M × K × n.
   */
  public static native void gemmExact(
      long pool,
      long q,
      int m,
      int k,
      long n,
      NativeBuffer weights,
      NativeBuffer x,
      NativeBuffer out);

  /**
   * Returns the plain FP64 GEMM of the library that {@link #gemmExact} uses: C = A·B, row-major
   * doubles, M × K × n.
   */
  public static native void gemmPlain(
      long pool, int m, int k, long n, NativeBuffer a, NativeBuffer b, NativeBuffer out);

  // ---- tokenizer: the client's texts as ids

  /**
   * Makes a tokenizer from the bytes of a tokenizer.json. {@code MALFORMED_MESSAGE} carries the
   * library's complaint about bytes that are none. Truncation and padding that the file asks for
   * are switched off. Several threads may use it at once.
   */
  public static native long tokenizerNew(NativeBuffer json);

  /**
   * Returns the number of ids of a text (UTF-8), with the special tokens that the file adds, and
   * writes as many of them as fit (int32). A text that has no ids is a {@code MALFORMED_MESSAGE};
   * no message repeats any of the text.
   */
  public static native int tokenizerEncode(long tokenizer, NativeBuffer text, NativeBuffer ids);
}
