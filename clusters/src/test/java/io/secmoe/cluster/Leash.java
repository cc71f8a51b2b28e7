// SPDX-License-Identifier: Apache-2.0
package io.secmoe.cluster;

import java.io.IOException;
import java.util.Arrays;

/**
 * Runs another class's main method until standard input is closed: a process of the tests cannot
 * outlive them, however they end.
 */
public final class Leash {
  private Leash() {}

  /**
   * Runs a main class until standard input ends.
   *
   * @param arguments name of the class, then its arguments
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    Thread reader =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // What is said does not matter.
                }
              } catch (IOException e) {
                // A broken standard input is a closed one.
              }
              System.exit(0);
            },
            "leash");
    reader.setDaemon(true);
    reader.start();
    Class.forName(arguments[0])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
  }
}
