// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs attempts as Spark jobs. Each is one job with one task, in a job group of its own and in the
 * FAIR pool of the client's subject, so that Spark itself queues between tenants.
 */
final class AttemptJobs implements AutoCloseable {
  private static final String POOL = "spark.scheduler.pool";

  private final JavaSparkContext spark;

  /**
   * The thread that submits jobs. Job groups and pools are properties of the submitting thread, so
   * one thread of ours submits all.
   */
  private final ExecutorService submitter =
      java.util.concurrent.Executors.newSingleThreadExecutor(
          run -> {
            Thread thread = new Thread(run, "secmoe-submit");
            thread.setDaemon(true);
            return thread;
          });

  AttemptJobs(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * @param group the attempt's job group
   * @param pool the client's FAIR pool
   */
  Future<Void> submit(String group, String pool, AttemptTask task) {
    return call(
        () -> {
          spark.setJobGroup(group, "private inference: one attempt", true);
          spark.setLocalProperty(POOL, pool);
          try {
            return spark.parallelize(List.of(0), 1).foreachPartitionAsync(task);
          } finally {
            spark.clearJobGroup();
            spark.setLocalProperty(POOL, null);
          }
        });
  }

  void cancel(String group) {
    spark
        .sc()
        .cancelJobGroup(
            group, "the attempt was superseded, abandoned, or the server is shutting down");
  }

  private <T> T call(Callable<T> work) {
    try {
      return submitter.submit(work).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while submitting an attempt's job", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("Spark did not take an attempt's job", e.getCause());
    }
  }

  @Override
  public void close() {
    submitter.shutdown();
  }
}
