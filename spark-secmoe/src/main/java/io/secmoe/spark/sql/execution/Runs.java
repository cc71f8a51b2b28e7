// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.execution;

import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.Units;
import io.secmoe.spark.sql.logical.Scala;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches on the driver how much inferences cost an application. It warns when a plan is paid for
 * again, and once when batches are nearly empty. The figures are those of the operators' metrics
 * when a job ends.
 */
final class Runs extends SparkListener {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
  private static final int REMEMBERED = 256;
  private static final double MIN_FILL = 0.25;
  private static final int FEW = 2;

  private static SparkContext watched;
  private static Runs watcher;

  private final Map<Integer, PrivateInferExec> operators = bounded();
  private final Map<LogicalPlan, First> firsts = bounded();
  private final Map<Integer, Job> jobs = bounded();
  private boolean warnedOfFill;

  /** A plan's first run. */
  private record First(String query, long rows, long bytes, long millis) {}

  /**
   * The operators that a job may run, by their RDDs, with the rows of each when the job began.
   * Spark resets metrics between queries.
   */
  private record Job(String query, Map<Integer, Before> before) {}

  /** The rows that an operator had inferred, and left out, when a job began. */
  private record Before(long rows, long invalid) {}

  private Runs() {}

  /** Registers an operator that may run as this RDD from now on, once or more often. */
  static synchronized void watch(PrivateInferExec operator, int rdd) {
    SparkContext spark = operator.session().sparkContext();
    if (watched != spark) {
      watched = spark;
      watcher = new Runs();
      spark.addSparkListener(watcher);
    }
    watcher.add(operator, rdd);
  }

  private synchronized void add(PrivateInferExec operator, int rdd) {
    operators.put(rdd, operator);
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart start) {
    Map<Integer, Before> before = new HashMap<>();
    Scala.list(start.stageInfos())
        .forEach(
            stage ->
                Scala.list(stage.rddInfos()).stream()
                    .filter(rdd -> operators.containsKey(rdd.id()))
                    .forEach(
                        rdd ->
                            before.put(rdd.id(), before(operators.get(rdd.id()).inferMetrics()))));
    String query =
        start.properties() == null
            ? ""
            : start.properties().getProperty("spark.sql.execution.id", "");
    jobs.put(start.jobId(), new Job(query, before));
  }

  private static Before before(InferMetrics metrics) {
    return new Before(metrics.rows(), metrics.invalid());
  }

  @Override
  public synchronized void onJobEnd(SparkListenerJobEnd end) {
    Job job = jobs.remove(end.jobId());
    if (job != null) {
      job.before.forEach(
          (rdd, before) -> {
            PrivateInferExec operator = operators.get(rdd);
            if (operator != null && operator.inferMetrics().rows() > before.rows) {
              ran(operator, job.query, operator.inferMetrics());
            }
            if (operator != null && operator.inferMetrics().invalid() > before.invalid) {
              LOG.warn(
                  "An inference left out {} rows whose input the model does not take: they have"
                      + " null predictions, as {} says",
                  operator.inferMetrics().invalid() - before.invalid,
                  SecMoeConf.ROWS_INVALID.key());
            }
          });
    }
  }

  private void ran(PrivateInferExec operator, String query, InferMetrics metrics) {
    if (operator.logicalLink().isDefined()) {
      LogicalPlan plan = operator.logicalLink().get().canonicalized();
      First first =
          firsts.computeIfAbsent(
              plan, p -> new First(query, metrics.rows(), metrics.bytes(), metrics.millis()));
      if (!first.query.equals(query)) {
        LOG.warn(
            "This inference has run before in this application and was paid for again: its first"
                + " run took {} rows, {} and {} s of attempts. persist() its result, or write it to"
                + " a table and read that",
            first.rows,
            Units.bytes(first.bytes),
            String.format(Locale.ROOT, "%.1f", first.millis * 1e-3));
      }
    }
    double fill = metrics.fill();
    if (metrics.batches() > FEW && fill < MIN_FILL && !warnedOfFill) {
      warnedOfFill = true;
      LOG.warn(
          "Inference ran in {} batches that were {} % full on average, and linear layers cost the"
              + " same whatever a batch holds. Fewer partitions fill them: leave {} at true or set"
              + " it to always, or coalesce the input",
          metrics.batches(),
          String.format(Locale.ROOT, "%.1f", 100 * fill),
          SecMoeConf.BATCH_REBALANCE.key());
    }
  }

  private static <K, V> Map<K, V> bounded() {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > REMEMBERED;
      }
    };
  }
}
