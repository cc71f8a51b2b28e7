package io.secmoe.spark.sql;

import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.metrics.Units;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Remembers what inferences have cost in this application, and says so when one is about to be paid for again. Thread-safe. */
final class Runs {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
  private static final int REMEMBERED = 256;
  private static final double LEAST_FILL = 0.25;

  private static final Map<LogicalPlan, InferMetrics> FIRST = new LinkedHashMap<>() {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<LogicalPlan, InferMetrics> eldest) {
      return size() > REMEMBERED;
    }
  };

  private static final List<PrivateInferExec> BEGUN = new ArrayList<>();
  private static WeakReference<SparkContext> watched = new WeakReference<>(null);
  private static boolean warned;

  private Runs() {}

  /** An operator begins to run. */
  static synchronized void begin(PrivateInferExec operator) {
    watch(operator.session().sparkContext());
    BEGUN.add(operator);
    LogicalPlan plan = logical(operator);
    InferMetrics before = plan == null ? null : FIRST.get(plan);
    if (plan != null && before == null) {
      FIRST.put(plan, operator.inferMetrics());
    } else if (before != null && before.rows() > 0) {
      LOG.warn("{}", again(before));
    }
  }

  /** Looks at the operators that have begun since the last look, and warns once in an application of batches that are nearly empty. */
  private static synchronized void ended() {
    for (PrivateInferExec operator : BEGUN) {
      InferMetrics metrics = operator.inferMetrics();
      double fill = (double) metrics.rows() / Math.max(1, metrics.batches()) / operator.batchRows();
      if (metrics.batches() > 2 && fill < LEAST_FILL && !warned) {
        warned = true;
        LOG.warn("{}", thin(metrics, fill));
      }
    }
    BEGUN.clear();
  }

  private static String thin(InferMetrics metrics, double fill) {
    return String.format(Locale.ROOT, "Inference ran in %,d batches that were %.1f %% full on average, and a batch costs the same whatever "
        + "it holds. Fewer partitions fill them: leave %s and spark.sql.adaptive.enabled on, or coalesce the input", metrics.batches(),
        100 * fill, SecMoeConf.BATCH_REBALANCE.key());
  }

  private static void watch(SparkContext spark) {
    if (watched.get() != spark) {
      watched = new WeakReference<>(spark);
      warned = false;
      spark.addSparkListener(new SparkListener() {
        @Override
        public void onJobEnd(SparkListenerJobEnd end) {
          ended();
        }
      });
    }
  }

  private static LogicalPlan logical(SparkPlan operator) {
    return operator.logicalLink().isDefined() ? (LogicalPlan) operator.logicalLink().get().canonicalized() : null;
  }

  static String again(InferMetrics first) {
    return String.format(Locale.ROOT, "This inference has run before in this application and is paid for again: the first run took %,d rows, "
        + "%s and %.1f s of attempts. persist() its result, or write it to a table and read that", first.rows(),
        Units.bytes(first.bytes()), first.millis() * 1e-3);
  }
}
