package io.secmoe.udf;

import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import scala.Option;
import scala.collection.immutable.Map$;

/** Errors that a user sees as an AnalysisException, from SQL, Java, PySpark and Spark Connect alike. */
final class Analysis {
  private Analysis() {}

  static RuntimeException error(String message) {
    return error(message, null);
  }

  /** Never returns: an AnalysisException is a checked exception in Java, which Spark's interfaces do not declare. */
  static RuntimeException error(String message, Throwable cause) {
    throw Analysis.<RuntimeException>sneak(new AnalysisException(message, Option.empty(), Option.empty(), Option.apply(cause),
        Option.empty(), Map$.MODULE$.empty(), new QueryContext[0]));
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E sneak(Throwable error) throws E {
    throw (E) error;
  }
}
