// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProgressBoardTest {
  private final ProgressBoard board = new ProgressBoard();

  @Test
  void tellsWhatIsDoneWhatIsGoingOnAndWhatWasLost() {
    hear(0, new Progress.Queued(3));
    hear(1, new Progress.Running("blocks.0", "linear", 2_000_000));
    assertTrue(
        board
            .line()
            .matches(
                "0 batches done, 0 rows \\(0\\.0/s\\), 2\\.00 MB \\| 0: queued \\(3\\), 1:"
                    + " blocks\\.0 linear"),
        board.line());
    assertEquals(1, board.view().queued());
    hear(1, new Progress.Done(report(500, "", 4_000_000)));
    hear(0, new Progress.Lost(report(500, "PEER_GONE: gone", 1_000)));
    assertEquals(
        "1 batch done, 500 rows (250.0/s), 4.00 MB, 1 attempt lost | 0: lost, trying again",
        board.line());
    board.taskEnded(0);
    assertTrue(board.line().endsWith("1 attempt lost"), board.line());
  }

  @Test
  void tellsThatTheServerIsAwayOrTooBusy() {
    hear(0, new Progress.Away(12_345, "UNREACHABLE: nobody there"));
    hear(1, new Progress.Queued(0));
    assertTrue(
        board
            .line()
            .endsWith("| 0: server away, waiting for 12 s, 1: waiting for a place in the queue"),
        board.line());
    assertEquals(1, board.view().queued());
  }

  @Test
  void manyTasksStayOnOneLine() {
    for (int partition = 0; partition < 50; partition++) {
      hear(partition, new Progress.Running("head", "linear", 1));
    }
    assertTrue(board.line().endsWith("3: head linear, … 46 more"), board.line());
  }

  @Test
  void sumsAreExactWhileOnlyTheLastAttemptsAreKept() {
    for (int i = 0; i < 1_000; i++) {
      hear(
          i,
          i % 2 == 0
              ? new Progress.Done(report(3, "", 10))
              : new Progress.Lost(report(3, "gone", 7)));
      board.taskEnded(i);
    }
    Figures figures = board.view().costs().figures();
    assertEquals(
        List.of(1_500L, 5_000L, 3_500L, 1_000L),
        List.of(figures.rows(), figures.bytes(), figures.lostBytes(), (long) figures.attempts()));
    assertEquals(100, board.view().ended().size());
    assertTrue(board.view().working().isEmpty());
  }

  @Test
  void printerLeavesWholeLines() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ProgressPrinter printer =
        new ProgressPrinter(board, new PrintStream(out, true, StandardCharsets.UTF_8), true)) {
      printer.settle();
      assertEquals(0, out.size(), "nothing has changed");
      hear(0, new Progress.Queued(1));
      printer.say("something else");
    }
    assertTrue(
        out.toString(StandardCharsets.UTF_8)
            .matches("(?s)\\r\\x1b\\[2K0 batches done.*queued \\(1\\)\\Rsomething else\\R"),
        out.toString(StandardCharsets.UTF_8));
  }

  private void hear(int partition, Progress.Event event) {
    board.hear(new Progress(new BatchPlace(new UUID(1, 2), 0, partition, partition, 0), event));
  }

  private static AttemptReport report(int rows, String loss, long bytes) {
    return new AttemptReport(
        new AttemptReport.Batch(0, 0, rows, 1, 1_000),
        1,
        new AttemptReport.Times(1_000, 1_500, 3_000),
        "ab",
        loss,
        List.of(new Cost("head", "linear", bytes, 0, 1, 1)));
  }
}
