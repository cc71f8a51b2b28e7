package io.secmoe.lab;

import java.io.IOException;
import java.nio.file.Path;

/** {@code mvn -q -Plab verify}: starts the servers and JupyterLab on the notebooks, until JupyterLab ends. The argument is their folder. */
final class LabApplication {
  private LabApplication() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path notebooks = Path.of(arguments[0]);
    System.out.println("lab: making the Python environment if need be, starting the servers; JupyterLab prints its address");
    int code;
    try (Lab lab = Lab.start(notebooks)) {
      if (System.getProperty("prog") == null) lab.python().install(notebooks.resolve("requirements-lab.txt"));
      Process jupyter = lab.python(System.getProperty("prog","jupyter-lab"), System.getProperty("args","--no-browser").split(",")).inheritIO().start();
      Runtime.getRuntime().addShutdownHook(new Thread(jupyter::destroy, "lab-stop"));
      code = jupyter.waitFor();
    }
    System.exit(code);
  }
}
