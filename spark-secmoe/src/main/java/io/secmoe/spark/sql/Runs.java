package io.secmoe.spark.sql;

import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.Units;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches, on the driver, what inferences cost an application: warns when a plan is paid for again, and once when batches are nearly empty.
 * Figures are those of the operators' metrics when a job ends.
 */
final class Runs extends SparkListener {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
  private static final int REMEMBERED = 256;
  private static final double LEAST_FILL = 0.25;
  private static final int FEW = 2;

  private static SparkContext watched;
  private static Runs watcher;

  private final Map<Integer, Operator> operators = bounded();
  private final Map<LogicalPlan, First> firsts = bounded();
  private final Map<Integer, Job> jobs = bounded();
  private boolean warnedOfFill;

  /** A plan's first run. */
  private record First(String query, long rows, long bytes, long millis) {}

  /** What a job may run: RDDs by id. */
  private record Job(String query, Set<Integer> rdds) {}

  /** An operator, by the id of its RDD, and the rows it had inferred when a job that runs it last ended. */
  private static final class Operator {
    private final PrivateInferExec plan;
    private long rows;

    Operator(PrivateInferExec plan) {
      this.plan = plan;
    }
  }

  private Runs() {}

  /** An operator may run from now on, once or more often, as this RDD. */
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
    operators.put(rdd, new Operator(operator));
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart start) {
    Set<Integer> rdds = new HashSet<>();
    Scala.list(start.stageInfos()).forEach(stage -> Scala.list(stage.rddInfos()).forEach(rdd -> rdds.add(rdd.id())));
    String query = start.properties() == null ? "" : start.properties().getProperty("spark.sql.execution.id", "");
    jobs.put(start.jobId(), new Job(query, rdds));
  }

  @Override
  public synchronized void onJobEnd(SparkListenerJobEnd end) {
    Job job = jobs.remove(end.jobId());
    operators.forEach((rdd, operator) -> {
      InferMetrics metrics = operator.plan.inferMetrics();
      if (job != null && job.rdds.contains(rdd) && metrics.rows() > operator.rows) {
        operator.rows = metrics.rows();
        ran(operator.plan, job.query, metrics);
      }
    });
  }

  private void ran(PrivateInferExec operator, String query, InferMetrics metrics) {
    if (operator.logicalLink().isDefined()) {
      LogicalPlan plan = (LogicalPlan) operator.logicalLink().get().canonicalized();
      First first = firsts.computeIfAbsent(plan, p -> new First(query, metrics.rows(), metrics.bytes(), metrics.millis()));
      if (!first.query.equals(query)) {
        LOG.warn("This inference has run before in this application and was paid for again: its first run took {} rows, {} and {} s of "
            + "attempts. persist() its result, or write it to a table and read that", first.rows, Units.bytes(first.bytes),
            String.format(Locale.ROOT, "%.1f", first.millis * 1e-3));
      }
    }
    double fill = (double) metrics.rows() / Math.max(1, metrics.batches()) / operator.batchRows();
    if (metrics.batches() > FEW && fill < LEAST_FILL && !warnedOfFill) {
      warnedOfFill = true;
      LOG.warn("Inference ran in {} batches that were {} % full on average, and a batch costs the same whatever it holds. Fewer partitions "
          + "fill them: leave {} and spark.sql.adaptive.enabled on, or coalesce the input", metrics.batches(),
          String.format(Locale.ROOT, "%.1f", 100 * fill), SecMoeConf.BATCH_REBALANCE.key());
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
