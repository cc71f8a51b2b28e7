// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.bench.Bench;
import io.secmoe.bench.data.Arguments;
import io.secmoe.bench.operation.Operations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of costs: what is measured is what it shows, and the one that is checked in knows every
 * function.
 */
class CostTableTest {
  private static final String OP =
      "{\"arguments\":\"%s\",\"elements\":1000,\"tiles\":2,\"rounds\":11.0,\"cot\":38500,"
          + "\"bits\":123.4,"
          + "\"bytes_to_server\":4000,\"bytes_to_client\":8000,\"bytes_per_element\":12.0,"
          + "\"cpu_us_per_element\":1.5,"
          + "\"max_error\":0.00390625,\"error_allowed\":0.0078125}";
  private static final String COT =
      "{\"arguments\":\"%s\",\"bits_per_cot\":0.49,\"cot_per_cpu_s_client\":19000000,"
          + "\"cot_per_cpu_s_server\":18000000}";

  @Test
  void everyMeasurementHasItsPlace(@TempDir Path folder) throws Exception {
    List<String> lines = new ArrayList<>();
    for (String arguments : CostTable.measurements()) {
      lines.add(String.format(arguments.contains(" cot ") ? COT : OP, arguments));
    }
    Path file = Files.write(folder.resolve("lines.json"), lines);
    Bench.run(Arguments.parse("table --out " + folder + " --lines " + file).get(0));
    String page = Files.readString(folder.resolve(CostTable.PAGE));
    assertTrue(
        page.contains(
            "| compare with 0, Z_{2^21} | 5½ | 38.5 | 123 | 4.0 | 8.0 | **12.0** | 20 | 12.0 | 1.50"
                + " | 1.50 | 2^-8.0 | 2^-7 |"),
        page);
    assertTrue(page.contains("| silent | 0.49 | 19.0 | 18.0 |"), page);
    assertTrue(Files.size(folder.resolve(CostTable.PICTURE)) > 5000);
  }

  @Test
  void everyOperationHasARow() {
    Set<String> names = new TreeSet<>();
    CostRow.ALL.forEach(row -> names.add(row.name()));
    assertEquals(new TreeSet<>(Operations.names()), names);
  }

  @Test
  void thePageThatIsCheckedInKnowsEveryRow() throws Exception {
    String page =
        Files.readString(
            Path.of("../spark-secmoe/src/main/java/io/secmoe/protocol", CostTable.PAGE));
    for (CostRow row : CostRow.ALL) {
      assertTrue(page.contains("| " + row.title() + " |"), row.title());
    }
  }
}
