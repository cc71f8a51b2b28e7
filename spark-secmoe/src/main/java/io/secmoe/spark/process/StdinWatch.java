// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.process;

import java.io.IOException;

/** Notices that standard input was closed, as it is when the process at its other end has died. */
public final class StdinWatch {
  private StdinWatch() {}

  /** Calls back once, on a daemon thread of its own. */
  public static void start(Runnable onClose) {
    Thread reader =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // The bytes read have no meaning.
                }
              } catch (IOException e) {
                // A broken standard input counts as a closed one.
              }
              onClose.run();
            },
            "secmoe-stdin");
    reader.setDaemon(true);
    reader.start();
  }
}
