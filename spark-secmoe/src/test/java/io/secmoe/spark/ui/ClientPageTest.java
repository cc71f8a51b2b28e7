// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.ui;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.BatchPlace;
import io.secmoe.spark.metrics.Cost;
import io.secmoe.spark.metrics.Progress;
import io.secmoe.spark.metrics.ProgressBoard;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ClientPageTest {
  private final ProgressBoard board = new ProgressBoard();

  @Test
  void anIdlePageSaysSo() {
    String page = page();
    assertTrue(
        page.contains("Nothing is going on.") && page.contains("No batch is done yet."), page);
  }

  @Test
  void showsTheQueueTheStepAndTheReasonOfALoss() {
    hear(0, new Progress.Queued(3));
    hear(1, new Progress.Running("blocks.0", "linear", 2_000_000));
    hear(
        2,
        new Progress.Lost(
            new AttemptReport(
                new AttemptReport.Batch(2, 0, 5, 1, 10),
                0,
                new AttemptReport.Times(1_000, 0, 2_000),
                "",
                "UNAVAILABLE: <gone> & \"away\"",
                List.of())));
    hear(
        3,
        new Progress.Done(
            new AttemptReport(
                new AttemptReport.Batch(3, 0, 5, 1, 10),
                1,
                new AttemptReport.Times(1_000, 1_500, 2_000),
                "ab",
                "",
                List.of(new Cost("head", "linear", 300, 100, 1.5, 0.5)))));
    hear(4, new Progress.Away(7_900, "UNREACHABLE: <gone>"));
    hear(5, new Progress.Queued(0));
    String page = page();
    String working = page.substring(page.indexOf("secmoe-running"), page.indexOf("Where Bytes"));
    assertTrue(
        working.contains(">queued</span> at position 3")
            && working.contains(">running</span> blocks.0, linear"),
        working);
    assertTrue(working.contains("2.00 MB") && working.contains("lost, trying again"), working);
    assertTrue(working.contains("UNAVAILABLE: &lt;gone&gt; &amp; &quot;away&quot;"), "escaped");
    assertTrue(
        working.contains(">server away</span> waiting for 7 s: UNREACHABLE: &lt;gone&gt;"),
        working);
    assertTrue(working.contains(">queued</span> waiting for a place"), working);
    assertFalse(working.contains(">3</td>"), "what is done is not going on");
    assertTrue(page.contains("href=\"/base/stages/stage/?id=7&amp;attempt=0\""), page);
    assertTrue(
        Pattern.compile("width=\"135\\.0\".{0,60}#4c78a8.*width=\"45\\.0\".{0,60}#f2a65a")
            .matcher(page)
            .find(),
        "300 to 100 bytes");
  }

  private String page() {
    return new ClientPage(board).html("/base");
  }

  private void hear(int partition, Progress.Event event) {
    board.hear(new Progress(new BatchPlace(new UUID(1, 2), 7, partition, partition, 0), event));
  }
}
