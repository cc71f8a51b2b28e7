// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

import static io.secmoe.jni.OffHeap.at;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A small linear layer through JNI: both parties' calls in the order of the conversation. */
class LinearRoundTripTest {
  private static final long T = 2198738042881L;
  private static final int LEVEL = 2;

  @Test
  void encryptMultiplyDecrypt() {
    int before = Native.liveHandles();
    int m = 2;
    int k = 3;
    int columns = 4;
    long[] client = {0, 1, T - 1, T / 2, 5, 6, 7, 8, 9, 10, 11, 12};
    long[] server = {T - 1, 0, 3, T / 2, 1, 1, 1, 1, T - 9, T - 10, 0, 0};
    int[] weights = {2047, -2047, 1, 0, -1, 2047};
    try (OffHeap memory = new OffHeap();
        NativeHandle pool = new NativeHandle(Native.poolNew(2));
        NativeHandle params = new NativeHandle(Native.heParams(new int[] {60, 50, 60, 48}, T));
        NativeHandle keys = new NativeHandle(Native.heClientKeys(params.id()))) {
      long keyBytes = Native.hePublicKeyBytes(params.id());
      long publicKey = memory.bytes(keyBytes);
      Native.heWritePublicKey(keys.id(), at(publicKey, keyBytes));
      long upBytes = k * Native.heFreshBytes(params.id(), LEVEL);
      long up = memory.bytes(upBytes);
      Native.heEncrypt(
          pool.id(),
          keys.id(),
          LEVEL,
          at(memory.longs(client), 8L * client.length),
          k,
          columns,
          at(up, upBytes));

      long downBytes = m * Native.heAnswerBytes(params.id());
      long down = memory.bytes(downBytes);
      long shares = memory.bytes(8L * m * columns);
      try (NativeHandle serverKeys =
              new NativeHandle(Native.heServerKeys(params.id(), at(publicKey, keyBytes)));
          NativeHandle x = new NativeHandle(Native.heMatrix(params.id(), LEVEL, k))) {
        Native.heLoad(
            pool.id(),
            x.id(),
            0,
            k,
            at(up, upBytes),
            at(memory.longs(server), 8L * server.length),
            columns);
        long w = memory.shorts(weights);
        for (int row = 0; row < m; row++) {
          Native.heLinear(
              pool.id(),
              serverKeys.id(),
              x.id(),
              new NativeWeights(at(w, 2L * weights.length), null, m, k),
              new NativeRange(row, row + 1),
              new NativeAnswers(
                  columns,
                  at(shares + 8L * row * columns, 8L * columns),
                  at(down + row * downBytes / m, downBytes / m)));
        }
      }

      long y = memory.bytes(8L * m * columns);
      Native.heDecrypt(
          pool.id(), keys.id(), LEVEL, at(down, downBytes), m, columns, at(y, 8L * m * columns));
      long[] revealed = memory.readLongs(y, m * columns);
      long[] masks = memory.readLongs(shares, m * columns);
      for (int i = 0; i < revealed.length; i++) {
        revealed[i] = Math.floorMod(revealed[i] + masks[i], T);
      }
      assertArrayEquals(product(weights, client, server, k, columns), revealed);
      assertTrue(Native.heFloodBits(params.id(), LEVEL, 0, k) > 40);
    }
    assertEquals(before, Native.liveHandles());
  }

  private static long[] product(int[] w, long[] a, long[] b, int k, int columns) {
    long[] y = new long[w.length / k * columns];
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < k; j++) {
        long x = Math.floorMod(a[j * columns + i % columns] + b[j * columns + i % columns], T);
        y[i] = Math.floorMod(y[i] + w[i / columns * k + j] * x, T);
      }
    }
    return y;
  }
}
