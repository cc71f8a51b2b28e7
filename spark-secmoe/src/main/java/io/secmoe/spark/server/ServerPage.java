// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.spark.ui.Html;
import io.secmoe.spark.ui.PageBody;
import java.util.Locale;

/**
 * The server's page in the Spark UI: the model and its address, the attempts that wait and run, and
 * the executors that are up.
 */
final class ServerPage implements PageBody {
  private static final int LETTERS = 8;

  private final DriverSide driver;

  ServerPage(DriverSide driver) {
    this.driver = driver;
  }

  @Override
  public String html(String base) {
    Html html = new Html();
    driver
        .server()
        .ifPresentOrElse(
            server -> model(html, server), () -> html.paragraph("No model is served yet."));
    attempts(html, driver.attempts());
    executors(html);
    return html.toString();
  }

  private static void model(Html html, ModelServer server) {
    html.heading("Model", -1)
        .table(
            "secmoe-model",
            "Name",
            "Model Digest",
            "Weights Digest",
            "Address",
            "Certificate's Fingerprint")
        .row();
    html.cell(server.name())
        .cell(server.digest())
        .cell(server.weightsDigest())
        .cell(server.endpoint().address())
        .cell(server.endpoint().fingerprint());
    html.endRow().endTable();
  }

  private static void attempts(Html html, AttemptsView view) {
    html.heading("Attempts Waiting and Running", view.entries().size());
    html.paragraph(
        String.format(
            Locale.ROOT,
            "%,d running, %,d queued, %,d admitted since the server started.",
            view.running(),
            view.queued(),
            view.admitted()));
    if (view.entries().isEmpty()) {
      return;
    }
    long now = System.currentTimeMillis();
    html.table(
        "secmoe-queue",
        "Tenant (Pool)",
        "Session",
        "Run",
        "Partition",
        "Batch",
        "Epoch",
        "Rows",
        "Padded Length",
        "State",
        "Since");
    for (AttemptsView.Entry entry : view.entries()) {
      html.row()
          .cell(entry.tenant())
          .cell(entry.batch().session().toString().substring(0, LETTERS))
          .cell(entry.batch().run().toString().substring(0, LETTERS))
          .count(entry.batch().partition())
          .count(entry.batch().batch())
          .count(entry.attempt().epoch())
          .count(entry.attempt().rows())
          .count(entry.attempt().length());
      if (entry.position() > 0) {
        html.badge("secondary", "queued", "at position " + entry.position());
      } else {
        html.badge("primary", "running", "");
      }
      html.figure(
              String.format(Locale.ROOT, "%,.1f s", (now - entry.arrived()) * 1e-3),
              entry.arrived())
          .endRow();
    }
    html.endTable();
  }

  private void executors(Html html) {
    var executors = driver.executors().all();
    html.heading("Executors", executors.size());
    if (executors.isEmpty()) {
      return;
    }
    html.table("secmoe-executors", "Executor", "Address", "Incarnation");
    for (Registration executor : executors) {
      html.row()
          .cell(executor.executor())
          .cell(executor.host() + ":" + executor.port())
          .cell(executor.incarnation().toString().substring(0, LETTERS))
          .endRow();
    }
    html.endTable();
  }
}
