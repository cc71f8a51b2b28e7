// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import io.secmoe.bench.data.Arguments;
import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import io.secmoe.ring.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;

/**
 * The exact modular GEMM beside the same library's plain FP64 GEMM, in one process, interleaved.
 * One exact product is two plain ones of the same shape inside (two slices), so {@code gemm_ratio}
 * compares operations per second.
 */
final class GemmCase {
  private static final int RUNS = 5;
  private static final long PRIME = 1152921504606683137L;

  private GemmCase() {}

  static Map<String, Object> run(Arguments a) {
    int m = a.integer("m", 768);
    int k = a.integer("k", 3072);
    int tokens = a.integer("tokens", 8192);
    int threads = a.integer("threads", Runtime.getRuntime().availableProcessors());
    a.refuseUnknown();
    double operations = 2.0 * m * k * tokens;
    System.err.printf("gemm: about %.0f s%n", 3 + 3 * (RUNS + 1) * operations / (2.5e10 * threads));
    List<Double> exact = new ArrayList<>();
    List<Double> plain = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    try (Arena arena = new Arena(new RootAllocator());
        NativeHandle pool = new NativeHandle(Native.poolNew(threads))) {
      Random random = new Random(3);
      ArrowBuf weights = arena.message(2L * m * k);
      ArrowBuf x = arena.message(8L * k * tokens);
      ArrowBuf c = arena.message(8L * m * tokens);
      ArrowBuf plainA = arena.message(8L * m * k);
      for (int i = 0; i < m * k; i++) {
        int w = random.nextInt(-2047, 2048);
        weights.setShort(2L * i, w);
        plainA.setDouble(8L * i, w);
      }
      ArrowBuf plainX = arena.message(8L * k * tokens);
      for (long i = 0; i < (long) k * tokens; i++) {
        long residue = Math.floorMod(random.nextLong(), PRIME);
        x.setLong(8 * i, residue);
        plainX.setDouble(8 * i, residue >> 31);
      }
      for (int run = -1; run < RUNS; run++) {
        long start = System.nanoTime();
        Native.gemmExact(
            pool.id(),
            PRIME,
            m,
            k,
            tokens,
            Arena.readable(weights),
            Arena.readable(x),
            Arena.readable(c));
        long middle = System.nanoTime();
        Native.gemmPlain(
            pool.id(),
            m,
            k,
            tokens,
            Arena.readable(plainA),
            Arena.readable(plainX),
            Arena.readable(c));
        long end = System.nanoTime();
        if (run >= 0) {
          exact.add(2 * operations / (middle - start));
          plain.add(operations / (end - middle));
          ratios.add(exact.get(run) / plain.get(run));
        }
      }
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("case", "gemm");
    line.put("m", m);
    line.put("k", k);
    line.put("tokens", tokens);
    line.put("threads", threads);
    line.put("exact_gflops", median(exact));
    line.put("plain_gflops", median(plain));
    line.put("gemm_ratio", median(ratios));
    return line;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
