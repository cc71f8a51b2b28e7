// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench;

import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.report.CostChart;
import io.secmoe.bench.report.CostTable;
import io.secmoe.bench.report.Measurements;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The benchmark {@code table}: measures what {@link CostTable} lists and writes it, with its
 * picture, into {@code --out}, by default next to the protocols' sources. {@code --lines FILE}
 * takes the measurements from the JSON lines of an earlier run.
 */
final class TableCase {
  private TableCase() {}

  static Map<String, Object> run(Arguments a) throws Exception {
    Path out = Path.of(a.text("out", sources().toString()));
    String lines = a.text("lines", "");
    a.refuseUnknown();
    Measurements all =
        lines.isEmpty() ? measure() : Measurements.read(Files.readAllLines(Path.of(lines)));
    return write(all, out);
  }

  private static Map<String, Object> write(Measurements all, Path out) throws IOException {
    Path page = out.resolve(CostTable.PAGE);
    Files.writeString(page, CostTable.page(all, machine()));
    CostChart.write(all, out.resolve(CostTable.PICTURE));
    return Map.of("case", "table", "page", page.toString());
  }

  private static Measurements measure() throws Exception {
    Measurements all = new Measurements();
    for (String arguments : CostTable.measurements()) {
      all.measure(arguments);
    }
    return all;
  }

  /** Returns the folder of protocols in the engine's module, which stands beside this one. */
  private static Path sources() throws URISyntaxException {
    Path classes =
        Path.of(TableCase.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return classes.resolve("../../../spark-secmoe/src/main/java/io/secmoe/protocol").normalize();
  }

  private static String machine() {
    return Runtime.getRuntime().availableProcessors()
        + " cores, Java "
        + Runtime.version().feature();
  }
}
