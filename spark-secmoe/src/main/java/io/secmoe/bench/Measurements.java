package io.secmoe.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The benchmark {@code table}: measures every {@link CostRow} with both kinds of OT and writes {@link CostTable} and {@link CostChart} into
 * {@code --out}, by default next to the protocols' sources. {@code --lines FILE} takes the measurements from a file of an earlier run's JSON lines.
 */
final class Measurements {
  static final int ELEMENTS = 131072;

  private static final String SOFTSPOKEN = "softspoken-4";
  private static final String SILENT = "silent";

  private final Map<String, JsonNode> byKey = new LinkedHashMap<>();

  private Measurements() {}

  static Map<String, Object> run(Arguments a) throws Exception {
    Path out = Path.of(a.text("out", sources().toString()));
    String lines = a.text("lines", "");
    a.refuseUnknown();
    Measurements all = new Measurements();
    if (lines.isEmpty()) {
      all.measure();
    } else {
      for (String line : Files.readAllLines(Path.of(lines))) {
        all.add(Bench.JSON.readTree(line));
      }
    }
    Path page = out.resolve(CostTable.PAGE);
    Files.writeString(page, CostTable.page(CostRow.ALL, all.of(SOFTSPOKEN), all.of(SILENT), machine()));
    CostChart.write(CostRow.ALL, all.of(SILENT), out.resolve(CostTable.PICTURE));
    return Map.of("case", "table", "page", page.toString());
  }

  /** The module's folder is two above the compiled classes'. */
  private static Path sources() {
    try {
      Path classes = Path.of(Measurements.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return classes.resolve("../../src/main/java/io/secmoe/protocol").normalize();
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String machine() {
    return Runtime.getRuntime().availableProcessors() + " cores, Java " + Runtime.version().feature();
  }

  private void measure() throws Exception {
    for (CostRow row : CostRow.ALL) {
      for (String ot : List.of(SOFTSPOKEN, SILENT)) {
        Arguments a = Arguments.parse("op " + row.operation() + " --ot " + ot).get(0);
        String line = Bench.JSON.writeValueAsString(Bench.run(a));
        System.out.println(line);
        add(Bench.JSON.readTree(line));
      }
    }
  }

  private void add(JsonNode line) {
    byKey.put(line.path("arguments").asText(), line);
  }

  private Map<CostRow, JsonNode> of(String ot) {
    Map<CostRow, JsonNode> lines = new LinkedHashMap<>();
    for (CostRow row : CostRow.ALL) {
      JsonNode line = byKey.get("op " + row.operation() + " --ot " + ot);
      if (line == null) {
        throw new IllegalArgumentException("no measurement of '" + row.operation() + " --ot " + ot + "'");
      }
      lines.put(row, line);
    }
    return lines;
  }
}
