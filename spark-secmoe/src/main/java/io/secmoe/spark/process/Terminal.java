// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.process;

import java.io.Console;

/** Tells whether a person sits in front of this process. */
public final class Terminal {
  private Terminal() {}

  /**
   * Returns true if standard input and output are a terminal. From Java 22 on there is a console
   * even where they are not, and it has to be asked.
   */
  public static boolean isAttached() {
    @SuppressWarnings("SystemConsoleNull")
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true; // Before Java 22 a console is a terminal.
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
