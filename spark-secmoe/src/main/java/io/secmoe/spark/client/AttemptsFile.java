// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.BatchPlace;
import io.secmoe.spark.metrics.Cost;
import io.secmoe.spark.metrics.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes every attempt of an application for programs to read: one JSON object a line. The facts
 * come from the application's tasks. An attempt whose executor was lost cannot report how it ended;
 * it appears with the facts it reported before. Thread-safe.
 */
final class AttemptsFile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NO_REPORT = "its executor was lost";

  /** An attempt at a batch. */
  private record Key(BatchPlace place, long epoch) {}

  private final Map<Key, Progress.Keyed> open = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();

  synchronized void hear(Progress progress) {
    if (progress.event() instanceof Progress.Keyed keyed) {
      open.put(new Key(progress.place(), keyed.epoch()), keyed);
    } else if (progress.event() instanceof Progress.Done done) {
      end(progress.place(), done.report());
    } else if (progress.event() instanceof Progress.Lost lost) {
      end(progress.place(), lost.report());
    }
  }

  private void end(BatchPlace place, AttemptReport report) {
    open.remove(new Key(place, report.epoch()));
    Cost total = report.total();
    lines.add(
        line(place, report.epoch(), report.keyFingerprint(), report.loss())
            .put("rows", report.rows())
            .put("length", report.batch().length())
            .put("bytes_to_server", total.toServer())
            .put("bytes_to_client", total.toClient())
            .put("queued_ms", report.queuedMillis())
            .put("conversed_ms", report.conversedMillis())
            .toString());
  }

  private static ObjectNode line(BatchPlace place, long epoch, String keyFingerprint, String loss) {
    return JSON.createObjectNode()
        .put("run", place.run().toString())
        .put("partition", place.partition())
        .put("batch", place.batch())
        .put("epoch", epoch)
        .put("key_fingerprint", keyFingerprint)
        .put("loss", loss);
  }

  synchronized void write(Path file) {
    List<String> all = new ArrayList<>(lines);
    open.forEach(
        (key, keyed) ->
            all.add(line(key.place(), key.epoch(), keyed.keyFingerprint(), NO_REPORT).toString()));
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, all);
    } catch (IOException e) {
      throw new UncheckedIOException("the attempts cannot be written to " + file, e);
    }
  }
}
