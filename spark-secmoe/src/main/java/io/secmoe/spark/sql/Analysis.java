package io.secmoe.spark.sql;

import io.secmoe.flight.IdentityException;
import io.secmoe.model.ModelException;
import io.secmoe.spark.client.InferenceException;
import io.secmoe.spark.conf.ConfException;
import java.util.function.Supplier;
import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import scala.Option;

/** What is wrong with a query before it runs, said as Spark says it: an AnalysisException, which PySpark knows as well. */
public final class Analysis {
  private Analysis() {}

  /** The supplier's result; what it says of configuration, server or columns becomes an AnalysisException. */
  public static <T> T of(Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (ConfException | IdentityException | InferenceException | ModelException e) {
      throw Analysis.<RuntimeException>unchecked(exception(e.getMessage(), Option.apply(e)));
    }
  }

  /** The same for a check. */
  public static void check(Runnable check) {
    of(() -> {
      check.run();
      return null;
    });
  }

  /** Never returns. */
  public static RuntimeException error(String message) {
    throw Analysis.<RuntimeException>unchecked(exception(message, Option.empty()));
  }

  private static AnalysisException exception(String message, Option<Throwable> cause) {
    return new AnalysisException(message, Option.empty(), Option.empty(), cause, Option.empty(),
        scala.collection.immutable.Map$.MODULE$.empty(), new QueryContext[0]);
  }

  /** In Java, AnalysisException is a checked exception, which no interface of Spark declares. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E unchecked(Throwable e) throws E {
    throw (E) e;
  }
}
