// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.model.calibration.CalibrateCommand;
import java.io.PrintStream;

/** Prints the progress of a calibration every few seconds. A short calibration prints nothing. */
final class CalibrationProgress implements CalibrateCommand.Progress {
  private static final long PAUSE_NANOS = 5_000_000_000L;
  private static final int PERCENT = 100;

  private final PrintStream out;
  private long last = System.nanoTime();

  CalibrationProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public void at(String run, long done, long all) {
    long now = System.nanoTime();
    if (now - last >= PAUSE_NANOS) {
      last = now;
      out.println(
          "calibrating: "
              + run
              + ", "
              + PERCENT * done / Math.max(1, all)
              + " % of "
              + all
              + " rows");
    }
  }
}
