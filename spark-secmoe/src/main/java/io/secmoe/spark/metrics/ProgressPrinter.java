package io.secmoe.spark.metrics;

import java.io.PrintStream;

/** Prints a board's line while it changes: over and over the same line on a terminal, one line every few seconds elsewhere. */
public final class ProgressPrinter implements AutoCloseable {
  private static final long TERMINAL_MILLIS = 300;
  private static final long PLAIN_MILLIS = 2_000;
  private static final String CLEAR = "\r\033[2K";

  private final ProgressBoard board;
  private final PrintStream out;
  private final boolean terminal;
  private final Thread thread = new Thread(this::print, "secmoe-progress");
  private String last = "";

  /** Prints until it is closed. */
  public ProgressPrinter(ProgressBoard board, PrintStream out) {
    this.board = board;
    this.out = out;
    this.terminal = System.console() != null;
    thread.setDaemon(true);
    thread.start();
  }

  private void print() {
    try {
      while (true) {
        Thread.sleep(terminal ? TERMINAL_MILLIS : PLAIN_MILLIS);
        show();
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private synchronized void show() {
    String line = board.line();
    if (!line.equals(last)) {
      last = line;
      out.print(terminal ? CLEAR + line : line + System.lineSeparator());
      out.flush();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    show();
    if (terminal) {
      out.println();
    }
  }
}
