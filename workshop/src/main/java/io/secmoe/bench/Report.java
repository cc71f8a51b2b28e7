// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import io.secmoe.bench.cases.Case;
import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.report.CaseFigures;
import io.secmoe.jni.Native;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/** Puts both processes' figures together into one JSON line. */
final class Report {
  private Report() {}

  static Map<String, Object> line(
      Arguments a, Case measured, CaseFigures client, CaseFigures server) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("case", a.name());
    line.put("arguments", a.toText());
    line.putAll(measured.parameters());
    line.put("network", Network.of(a).label());
    Map<String, Object> parts = new LinkedHashMap<>();
    Map<String, Object> total = figures(CaseFigures.Step.NONE, CaseFigures.Step.NONE);
    client
        .steps()
        .forEach(
            (name, c) -> {
              if (!name.equals(CaseFigures.SETUP)) {
                Map<String, Object> part =
                    figures(c, server.steps().getOrDefault(name, CaseFigures.Step.NONE));
                parts.put(name, part);
                part.forEach((k, v) -> total.merge(k, v, Report::sum));
              }
            });
    line.putAll(total);
    line.put("rss_client_mib", client.rssMib());
    line.put("rss_server_mib", server.rssMib());
    line.putAll(server.extra());
    line.putAll(client.extra());
    CaseFigures.Step setup = client.steps().get(CaseFigures.SETUP);
    line.put("setup_bytes", setup.sent() + setup.received());
    line.put("setup_s", setup.wallS());
    line.put("parts", parts);
    line.put("load", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    line.put("version", Native.version());
    derive(line, parts);
    return line;
  }

  private static Map<String, Object> figures(CaseFigures.Step client, CaseFigures.Step server) {
    Map<String, Object> f = new LinkedHashMap<>();
    f.put("bytes_to_server", client.sent());
    f.put("bytes_to_client", client.received());
    f.put("rounds", client.rounds());
    f.put("wall_s", client.wallS());
    f.put("cpu_client_s", client.cpuS());
    f.put("cpu_server_s", server.cpuS());
    return f;
  }

  private static Object sum(Object a, Object b) {
    return a instanceof Long x && b instanceof Long y
        ? (Object) (x + y)
        : (Object) (((Number) a).doubleValue() + ((Number) b).doubleValue());
  }

  /**
   * CaseFigures that are ratios of others: per token, per element, and of the linear part to the
   * plain GEMM of the same run.
   */
  private static void derive(Map<String, Object> line, Map<String, Object> parts) {
    double bytes = ((Long) line.get("bytes_to_server")) + ((Long) line.get("bytes_to_client"));
    if (line.get("tokens") instanceof Integer tokens) {
      line.put("bytes_per_token", bytes / tokens);
    }
    if (parts.get("linear") instanceof Map<?, ?> linear
        && line.get("tokens") instanceof Integer tokens) {
      double linearBytes =
          (Long) linear.get("bytes_to_server") + (double) (Long) linear.get("bytes_to_client");
      line.put("linear_bytes_per_token", linearBytes / tokens);
      if (line.get("plain_gemm_cpu_s") instanceof Double plain && plain > 0) {
        line.put("linear_cpu_over_plain_gemm", (Double) linear.get("cpu_server_s") / plain);
      }
    }
    if (line.get("correlations") instanceof Long correlations) {
      line.put("bits_per_cot", 8 * bytes / correlations);
      line.put("cot_per_cpu_s_client", correlations / (Double) line.get("cpu_client_s"));
      line.put("cot_per_cpu_s_server", correlations / (Double) line.get("cpu_server_s"));
    }
    if (line.get("elements") instanceof Long elements) {
      line.put("bytes_per_element", bytes / elements);
      line.put(
          "cpu_us_per_element",
          1e6 * ((Double) line.get("cpu_client_s") + (Double) line.get("cpu_server_s")) / elements);
    }
  }
}
