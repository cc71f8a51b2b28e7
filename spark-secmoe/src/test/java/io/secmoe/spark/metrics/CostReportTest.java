// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostReportTest {
  private static final List<Cost> COSTS =
      List.of(
          new Cost("session", "keys", 1_700_000, 8_300, 2, 0.5),
          new Cost("blocks.0", "linear", 47_500_000, 30_700_000, 3.5, 12.25),
          new Cost("blocks.0", "router", 13_000_000, 1_900_000, 41.5, 1));
  private static final List<AttemptReport> REPORTS =
      List.of(
          attempt(0, 1, "", 1_000, 5_000),
          attempt(1, 2, "", 2_000, 9_500),
          attempt(1, 1, "PEER_GONE: the peer is gone", 500, 1_500));

  @Test
  void sumsSuccessfulAttemptsByLayerAndStep() {
    CostReport report = new CostReport(REPORTS);
    assertEquals(2, report.attempts());
    assertEquals(20, report.rows());
    assertEquals(8.5, report.wallSeconds(), 1e-9);
    assertEquals(0.25, report.figures().fill(), 1e-9);
    assertEquals(List.of(3, 1), List.of(report.figures().attempts(), report.figures().lost()));
    assertEquals(COSTS.stream().mapToLong(Cost::bytes).sum(), report.figures().lostBytes());
    assertEquals(
        List.of("session", "blocks.0", "blocks.0"),
        report.costs().stream().map(Cost::layer).toList());
    assertEquals(
        new Cost("blocks.0", "linear", 95_000_000, 61_400_000, 7, 24.5), report.costs().get(1));
    assertEquals(2 * (1_700_000 + 47_500_000 + 13_000_000), report.total().toServer());
  }

  @Test
  void tableIsAlignedAndTellsWhatWasLost() {
    String table = new CostReport(REPORTS).table();
    List<String> lines = table.lines().toList();
    int head =
        IntStream.range(0, lines.size())
            .filter(i -> lines.get(i).startsWith("layer"))
            .findFirst()
            .orElseThrow();
    List<String> body = lines.subList(head, head + 8);
    body.forEach(line -> assertEquals(body.get(0).length(), line.length(), line));
    assertTrue(
        table.contains("blocks.0            linear    95.0 MB    61.4 MB     7.0    24.50"), table);
    assertTrue(
        table.contains("mean of an attempt            62.2 MB    32.6 MB    47.0    13.75"), table);
    assertTrue(table.contains("partition 1, batch 0, epoch 1: PEER_GONE"), table);
  }

  @Test
  void timeBetweenTwoQueriesDoesNotCountAsBusy() {
    BusyTime busy = new BusyTime();
    busy.add(0, 10);
    busy.add(5, 20);
    busy.add(100, 110);
    busy.add(3, 111);
    assertEquals(111, busy.millis(), "one long attempt over all");
    for (int i = 1; i <= 1_000; i++) {
      busy.add(1_000L * i, 1_000L * i + 7);
    }
    assertEquals(111 + 7_000, busy.millis());
  }

  @Test
  void noAttemptsMakeAnEmptyReport() {
    CostReport report = new CostReport(List.of());
    assertEquals(0, report.wallSeconds());
    assertEquals(0, report.total().bytes());
    assertTrue(report.table().contains("0 rows in 0 attempts"));
  }

  @Test
  void bytesAreWrittenForPeople() {
    assertEquals(
        List.of("0 B", "999 B", "1.00 kB", "10.0 kB", "100 kB", "1.00 MB", "1.33 GB"),
        List.of(0.0, 999.0, 1_000.0, 9_995.0, 99_960.0, 999_600.0, 1.328e9).stream()
            .map(Units::bytes)
            .toList());
  }

  @Test
  void pictureIsAPictureWithBars(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("deeper").resolve("costs.png");
    CostPicture.write(new CostReport(REPORTS), file);
    BufferedImage picture = ImageIO.read(file.toFile());
    assertNotNull(picture);
    long coloured =
        IntStream.range(0, picture.getWidth() * picture.getHeight())
            .filter(i -> saturated(picture.getRGB(i % picture.getWidth(), i / picture.getWidth())))
            .count();
    assertTrue(picture.getWidth() > 1_000 && coloured > 10_000, coloured + " coloured pixels");
  }

  private static boolean saturated(int rgb) {
    int[] parts = {rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255};
    return IntStream.of(parts).max().orElse(0) - IntStream.of(parts).min().orElse(0) > 40;
  }

  private static AttemptReport attempt(
      int partition, long epoch, String loss, long started, long ended) {
    return new AttemptReport(
        new AttemptReport.Batch(partition, 0, 10, 1, 40),
        epoch,
        new AttemptReport.Times(started, started + 200, ended),
        "ab",
        loss,
        COSTS);
  }
}
