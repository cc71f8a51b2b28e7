// SPDX-License-Identifier: Apache-2.0
package io.secmoe.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@code mvn -q -Plab verify}: starts the servers and JupyterLab on the notebooks, until JupyterLab
 * ends. The first argument is the notebooks' folder; further ones are a program of the Python
 * environment, to be run instead of JupyterLab, and its arguments.
 */
final class LabApplication {
  private LabApplication() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path notebooks = Path.of(arguments[0]);
    System.err.println("lab: makes the Python environment if need be, and starts the servers");
    int code;
    try (Lab lab = Lab.start(notebooks)) {
      Process program = command(lab, notebooks, arguments).inheritIO().start();
      Runtime.getRuntime().addShutdownHook(new Thread(program::destroy, "lab-stop"));
      code = program.waitFor();
    }
    System.exit(code);
  }

  private static ProcessBuilder command(Lab lab, Path notebooks, String[] arguments)
      throws IOException, InterruptedException {
    if (arguments.length > 1) {
      return lab.python(arguments[1], Arrays.copyOfRange(arguments, 2, arguments.length));
    }
    lab.python().install(notebooks.resolve("requirements-lab.txt"));
    return lab.python("jupyter-lab", "--no-browser", "--allow-root");
  }
}
