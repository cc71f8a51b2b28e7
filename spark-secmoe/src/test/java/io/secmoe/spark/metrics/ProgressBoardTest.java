package io.secmoe.spark.metrics;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class ProgressBoardTest {
  private final ProgressBoard board = new ProgressBoard();

  @Test
  void tellsWhatIsDoneWhatIsGoingOnAndWhatWasLost() {
    hear(0, new Progress.Queued(3));
    hear(1, new Progress.Running("blocks.0", "linear", 2_000_000));
    assertTrue(board.line().matches("0 batches done, 0 rows \\(0\\.0/s\\), 2\\.00 MB \\| 0: queued \\(3\\), 1: blocks\\.0 linear"),
        board.line());
    hear(1, new Progress.Done(500, 4_000_000));
    hear(0, new Progress.Lost("PEER_GONE: gone"));
    String line = board.line();
    assertTrue(line.startsWith("1 batch done, 500 rows (") && line.endsWith("4.00 MB, 1 attempt lost | 0: lost, trying again"), line);
  }

  @Test
  void manyTasksStayOnOneLine() {
    for (int partition = 0; partition < 50; partition++) {
      hear(partition, new Progress.Running("head", "linear", 1));
    }
    assertTrue(board.line().endsWith("3: head linear, … 46 more"), board.line());
  }

  private void hear(int partition, Progress.Event event) {
    board.hear(new Progress(new UUID(1, 2), partition, event));
  }
}
