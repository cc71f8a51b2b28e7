// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.ui;

import io.secmoe.spark.metrics.AttemptReport;
import io.secmoe.spark.metrics.BatchPlace;
import io.secmoe.spark.metrics.Cost;
import io.secmoe.spark.metrics.CostReport;
import io.secmoe.spark.metrics.Figures;
import io.secmoe.spark.metrics.Progress;
import io.secmoe.spark.metrics.ProgressBoard;
import io.secmoe.spark.metrics.Units;
import java.util.Locale;

/**
 * The client's page: the progress of running inferences, their results so far, the bytes and
 * seconds by layer, and the last attempts.
 */
public final class ClientPage implements PageBody {
  private static final int RUN_LETTERS = 8;

  private final ProgressBoard board;

  public ClientPage(ProgressBoard board) {
    this.board = board;
  }

  @Override
  public String html(String base) {
    ProgressBoard.View view = board.view();
    Html html = new Html();
    summary(html, view.costs().figures());
    working(html, base, view);
    costs(html, view.costs());
    ended(html, base, view);
    return html.toString();
  }

  private static void summary(Html html, Figures figures) {
    html.heading("Summary", -1)
        .table(
            "secmoe-summary",
            "Batches",
            "Rows",
            "Rows per Second",
            "Mean Batch Fill",
            "Bytes to Server",
            "Bytes to Client",
            "Rounds",
            "Attempts",
            "Lost Attempts",
            "Bytes of Lost Attempts")
        .row();
    html.count(figures.batches())
        .count(figures.rows())
        .figure(decimal("%,.1f", figures.rowsPerSecond()), figures.rowsPerSecond())
        .figure(decimal("%.1f %%", 100 * figures.fill()), figures.fill())
        .figure(Units.bytes(figures.cost().toServer()), figures.cost().toServer())
        .figure(Units.bytes(figures.cost().toClient()), figures.cost().toClient())
        .figure(decimal("%,.1f", figures.cost().rounds()), figures.cost().rounds())
        .count(figures.attempts())
        .count(figures.lost())
        .figure(Units.bytes(figures.lostBytes()), figures.lostBytes());
    html.endRow().endTable();
  }

  private static void working(Html html, String base, ProgressBoard.View view) {
    html.heading("Running Batches", view.working().size());
    if (view.working().isEmpty()) {
      html.paragraph("Nothing is going on.");
      return;
    }
    html.table("secmoe-running", "Stage", "Run", "Partition", "Batch", "State", "Bytes So Far");
    for (Progress progress : view.working()) {
      place(html.row(), base, progress.place());
      state(html, progress.event());
      html.endRow();
    }
    html.endTable();
  }

  private static void place(Html html, String base, BatchPlace place) {
    html.link(base + "/stages/stage/?id=" + place.stage() + "&attempt=0", "Stage " + place.stage())
        .cell(place.run().toString().substring(0, RUN_LETTERS))
        .count(place.partition())
        .count(place.batch());
  }

  private static void state(Html html, Progress.Event event) {
    if (event instanceof Progress.Queued queued) {
      html.badge(
              "secondary",
              "queued",
              queued.position() == 0 ? "waiting for a place" : "at position " + queued.position())
          .figure("", 0);
    } else if (event instanceof Progress.Away away) {
      html.badge(
              "warning",
              "server away",
              "waiting for " + away.millis() / 1_000 + " s: " + away.reason())
          .figure("", 0);
    } else if (event instanceof Progress.Running running) {
      html.badge("primary", "running", running.layer() + ", " + running.step())
          .figure(Units.bytes(running.bytes()), running.bytes());
    } else if (event instanceof Progress.Lost lost) {
      html.badge("warning", "lost, trying again", lost.report().loss()).figure("", 0);
    }
  }

  private static void costs(Html html, CostReport report) {
    html.heading("Where Bytes and Seconds Went", -1);
    if (report.costs().isEmpty()) {
      html.paragraph("No batch is done yet.");
      return;
    }
    html.legend("to server", "to client");
    html.table(
        "secmoe-costs",
        "Layer",
        "Step",
        "Bytes to Server",
        "Bytes to Client",
        "Share of Bytes",
        "Rounds",
        "Seconds",
        "Share of Seconds");
    double mostBytes = report.costs().stream().mapToDouble(Cost::bytes).max().orElse(0);
    double mostSeconds = report.costs().stream().mapToDouble(Cost::seconds).max().orElse(0);
    for (Cost cost : report.costs()) {
      html.row()
          .cell(cost.layer())
          .cell(cost.step())
          .figure(Units.bytes(cost.toServer()), cost.toServer())
          .figure(Units.bytes(cost.toClient()), cost.toClient())
          .bar(cost.toServer(), cost.toClient(), mostBytes)
          .figure(decimal("%,.1f", cost.rounds()), cost.rounds())
          .figure(decimal("%,.2f", cost.seconds()), cost.seconds())
          .bar(cost.seconds(), 0, mostSeconds)
          .endRow();
    }
    html.endTable();
    html.paragraph(
        "Summed over batches that are done, as the client's meters counted; seconds include waiting"
            + " for the peer.");
  }

  private static void ended(Html html, String base, ProgressBoard.View view) {
    if (view.ended().isEmpty()) {
      return;
    }
    html.heading("Last Attempts", view.ended().size())
        .table(
            "secmoe-attempts",
            "Stage",
            "Run",
            "Partition",
            "Batch",
            "Epoch",
            "Rows",
            "Padded Length",
            "Batch Fill",
            "Queued",
            "Conversed",
            "Bytes",
            "Outcome");
    for (Progress progress : view.ended()) {
      place(html.row(), base, progress.place());
      if (progress.event() instanceof Progress.Done done) {
        attempt(html, done.report()).badge("success", "done", "");
      } else if (progress.event() instanceof Progress.Lost lost) {
        attempt(html, lost.report()).badge("warning", "lost", lost.report().loss());
      }
      html.endRow();
    }
    html.endTable();
  }

  private static Html attempt(Html html, AttemptReport report) {
    long bytes = report.total().bytes();
    double fill = (double) report.rows() / report.batch().capacity();
    return html.count(report.epoch())
        .count(report.rows())
        .count(report.batch().length())
        .figure(decimal("%.1f %%", 100 * fill), fill)
        .figure(decimal("%,.1f s", report.queuedMillis() * 1e-3), report.queuedMillis())
        .figure(decimal("%,.1f s", report.conversedMillis() * 1e-3), report.conversedMillis())
        .figure(Units.bytes(bytes), bytes);
  }

  private static String decimal(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
