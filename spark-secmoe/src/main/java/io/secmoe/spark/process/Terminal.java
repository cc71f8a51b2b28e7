// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.process;

import java.io.Console;

/** Finds out whether a person uses this process at a terminal. */
public final class Terminal {
  private Terminal() {}

  /**
   * Returns true if standard input and output are a terminal. From Java 22 on, a console exists
   * even where they are not, so it has to be asked.
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
