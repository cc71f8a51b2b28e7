// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

import com.sun.management.OperatingSystemMXBean;
import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import io.secmoe.ring.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;

/**
 * CPU time per operation of the library's plain FP64 GEMM, the yardstick of the exact one, measured
 * in the same process.
 */
public final class PlainGemm {
  private static final int M = 768;
  private static final int K = 3072;
  private static final int N = 2048;
  private static final int RUNS = 5;

  private final Arena arena;
  private final List<Double> secondsPerOperation = new ArrayList<>();

  public PlainGemm(Arena arena) {
    this.arena = arena;
  }

  public void measure(NativeHandle pool) {
    ArrowBuf a = filled((long) M * K, 2047);
    ArrowBuf b = filled((long) K * N, 1 << 29);
    ArrowBuf c = arena.message(8L * M * N);
    OperatingSystemMXBean os = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    for (int run = -1; run < RUNS; run++) {
      long start = os.getProcessCpuTime();
      Native.gemmPlain(pool.id(), M, K, N, Arena.readable(a), Arena.readable(b), Arena.readable(c));
      if (run >= 0) {
        secondsPerOperation.add((os.getProcessCpuTime() - start) * 1e-9 / (2.0 * M * K * N));
      }
    }
    arena.release(a);
    arena.release(b);
    arena.release(c);
  }

  private ArrowBuf filled(long n, int limit) {
    ArrowBuf buffer = arena.message(8 * n);
    for (long i = 0; i < n; i++) {
      buffer.setDouble(8 * i, (i * 2654435761L) % limit);
    }
    return buffer;
  }

  public double medianCpuSecondsPerOperation() {
    List<Double> sorted = secondsPerOperation.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
