// SPDX-License-Identifier: Apache-2.0
package io.secmoe.demo;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One party's process: a JVM with this one's class path and module options, whose messages appear
 * here, and which ends when its standard input is closed, so that it cannot outlive this process.
 * Notes its peak of resident memory while it runs.
 */
public final class LocalProcess implements AutoCloseable {
  private static final long SAMPLE_MILLIS = 200;

  private final Process process;
  private final Thread sampler = new Thread(this::sample, "secmoe-demo-memory");
  private volatile long peakKib;

  private LocalProcess(Process process) {
    this.process = process;
    sampler.setDaemon(true);
    sampler.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "secmoe-demo-stop"));
  }

  /**
   * Starts a process.
   *
   * @param main class with a main method
   * @param heap such as 1g
   * @param logging configuration of log4j
   */
  static LocalProcess start(Class<?> main, String heap, Path logging, List<String> arguments)
      throws IOException {
    return start(
        builder(main, heap, logging, arguments)
            .redirectOutput(Redirect.INHERIT)
            .redirectError(Redirect.INHERIT));
  }

  /** Starts what {@link #builder} made, its messages sent where that says. */
  public static LocalProcess start(ProcessBuilder builder) throws IOException {
    return new LocalProcess(builder.start());
  }

  /** Returns the process before it is started. */
  public static ProcessBuilder builder(
      Class<?> main, String heap, Path logging, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(LocalProcess::inherited)
        .forEach(command::add);
    command.addAll(
        List.of(
            "-Xmx" + heap,
            "-Dlog4j2.configurationFile=" + logging.toUri(),
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    return builder;
  }

  private static boolean inherited(String option) {
    return option.startsWith("--add-") || option.startsWith("-XX:") || option.startsWith("-D");
  }

  /** Returns true if it has not ended yet. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Waits for its end; the exit code. */
  public int await() throws InterruptedException {
    return process.waitFor();
  }

  /** Closes its standard input, which tells it to end; whether it did so in time. */
  public boolean end(long seconds) throws InterruptedException {
    closeStdin();
    return process.waitFor(seconds, TimeUnit.SECONDS);
  }

  private void closeStdin() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // Then it is closed.
    }
  }

  /** Returns the largest resident memory seen, MiB; 0 where the system does not tell. */
  long peakMib() {
    return peakKib >> 10;
  }

  private void sample() {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    try {
      while (process.isAlive()) {
        try {
          Files.readAllLines(status).stream()
              .filter(line -> line.startsWith("VmHWM:"))
              .findFirst()
              .ifPresent(
                  line ->
                      peakKib = Math.max(peakKib, Long.parseLong(line.replaceAll("[^0-9]", ""))));
        } catch (NoSuchFileException e) {
          return;
        } catch (IOException e) {
          // It ends just now: the last look has to do.
        }
        Thread.sleep(SAMPLE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closeStdin();
    process.destroyForcibly();
  }
}
