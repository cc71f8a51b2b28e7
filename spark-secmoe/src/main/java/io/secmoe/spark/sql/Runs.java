package io.secmoe.spark.sql;

import io.secmoe.spark.metrics.Units;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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

  private Runs() {}

  /** An operator begins to run. */
  static synchronized void begin(PrivateInferExec operator) {
    LogicalPlan plan = logical(operator);
    InferMetrics before = plan == null ? null : FIRST.get(plan);
    if (plan != null && before == null) {
      FIRST.put(plan, operator.inferMetrics());
    } else if (before != null && before.rows() > 0) {
      LOG.warn("{}", again(before));
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
