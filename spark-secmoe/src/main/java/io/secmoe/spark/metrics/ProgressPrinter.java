// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.metrics;

import java.io.PrintStream;

/**
 * Prints a board's line while it changes: the same line again and again on a terminal, one line
 * every few seconds elsewhere.
 */
public final class ProgressPrinter implements AutoCloseable {
  private static final long TERMINAL_MILLIS = 300;
  private static final long PLAIN_MILLIS = 2_000;
  private static final String CLEAR = "\r\033[2K";

  private final ProgressBoard board;
  private final PrintStream out;
  private final boolean overwriting;
  private final Thread thread = new Thread(this::print, "secmoe-progress");
  private String last;
  private boolean open;

  /**
   * Prints until it is closed; nothing before the board changes.
   *
   * @param overwriting true if {@code out} is a terminal that nobody else writes bars to
   */
  public ProgressPrinter(ProgressBoard board, PrintStream out, boolean overwriting) {
    this.board = board;
    this.out = out;
    this.overwriting = overwriting;
    this.last = board.line();
    thread.setDaemon(true);
    thread.start();
  }

  private void print() {
    try {
      while (true) {
        Thread.sleep(overwriting ? TERMINAL_MILLIS : PLAIN_MILLIS);
        show();
      }
    } catch (InterruptedException e) {
      // The printer was closed.
    }
  }

  private synchronized void show() {
    String line = board.line();
    if (!line.equals(last)) {
      last = line;
      out.print(overwriting ? CLEAR + line : line + System.lineSeparator());
      out.flush();
      open = overwriting;
    }
  }

  /** Prints the present line and ends it, so that other output begins on a line of its own. */
  public synchronized void settle() {
    show();
    if (open) {
      out.println();
      open = false;
    }
  }

  /** Prints a line that stays. */
  public synchronized void say(String line) {
    settle();
    out.println(line);
  }

  @Override
  public void close() {
    thread.interrupt();
    settle();
  }
}
