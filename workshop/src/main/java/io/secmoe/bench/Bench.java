// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.secmoe.bench.cases.Case;
import io.secmoe.bench.cases.ModelCase;
import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.report.PartsTable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * Entry point of the benchmark: {@code encoder}, {@code model}, {@code moe-layer}, {@code
 * attention}, {@code op}, {@code cot}, {@code gemm} or {@code table} with {@code --key value}
 * options, several separated by ';'. One JSON object per line on standard output for each,
 * everything else on standard error; any failure ends it with a non-zero exit status.
 */
public final class Bench {
  public static final ObjectMapper JSON = new ObjectMapper();

  private Bench() {}

  public static void main(String[] args) {
    try {
      if (args.length > 0 && args[0].equals(BenchServer.FLAG)) {
        endWithTheCaller();
        BenchServer.play(args);
      } else if (args.length > 0 && args[0].equals(BenchClient.FLAG)) {
        endWithTheCaller();
        BenchClient.play(args);
      } else {
        for (Arguments a : Arguments.parse(args)) {
          System.out.println(JSON.writeValueAsString(run(a)));
        }
      }
      System.exit(0);
    } catch (Exception e) {
      System.err.println("bench: " + e);
      if (!(e instanceof IllegalArgumentException)) {
        e.printStackTrace();
      }
      System.exit(1);
    }
  }

  /**
   * A party's process is of no use once the one that started it is gone, which ends its standard
   * input.
   */
  private static void endWithTheCaller() {
    Relay.daemon(
        "secmoe-bench-caller",
        () -> {
          try {
            System.in.transferTo(OutputStream.nullOutputStream());
          } catch (IOException gone) {
            // The same as the end of the stream.
          }
          Runtime.getRuntime().halt(1);
        });
  }

  public static Map<String, Object> run(Arguments a) throws Exception {
    if (a.name().equals("gemm")) {
      return GemmCase.run(a);
    }
    if (a.name().equals("table")) {
      return TableCase.run(a);
    }
    Case measured = Case.of(a);
    Network.of(a);
    a.refuseUnknown();
    System.err.println(
        a.toText()
            + (measured.estimateSeconds().isPresent()
                ? ": about %.0f s on two cores".formatted(measured.estimateSeconds().getAsDouble())
                : ""));
    Map<String, Object> line = TwoProcesses.run(a, measured);
    if (measured instanceof ModelCase) {
      System.err.print(PartsTable.of(line));
    }
    return line;
  }
}
