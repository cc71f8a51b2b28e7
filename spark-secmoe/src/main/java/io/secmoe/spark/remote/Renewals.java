// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.spark.client.ClientPlugin;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Listens on the driver for tasks that failed because their server has another model by now, so
 * that the server is asked again. This happens a moment after they failed. With {@link
 * ClientPlugin}, the tasks report it themselves before they fail.
 */
final class Renewals extends SparkListener {
  private Renewals() {}

  static void listen(SparkContext spark) {
    spark.addSparkListener(new Renewals());
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    Throwable failure =
        end.reason() instanceof ExceptionFailure reason && reason.exception().isDefined()
            ? reason.exception().get()
            : null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InferenceException e && e.outdated() != null) {
        RemoteModels.forget(e.outdated());
      }
    }
  }
}
