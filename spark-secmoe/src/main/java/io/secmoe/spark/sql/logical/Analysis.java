// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.logical;

import io.secmoe.flight.tls.IdentityException;
import io.secmoe.model.checkpoint.ModelException;
import io.secmoe.spark.conf.ConfException;
import io.secmoe.spark.remote.InferenceException;
import java.util.function.Supplier;
import org.apache.spark.QueryContext;
import org.apache.spark.sql.AnalysisException;
import scala.Option;

/**
 * Reports errors of a query before it runs in Spark's way: as an AnalysisException, which PySpark
 * knows as well.
 */
public final class Analysis {
  /**
   * The condition of all these errors. It is one of Spark's own, and its text is its parameter.
   * PySpark looks every error's condition up in Spark's list to get its message. It fails with an
   * error of its own for a condition that is not there, or for none.
   */
  private static final String CONDITION = "_LEGACY_ERROR_USER_RAISED_EXCEPTION";

  private static final String PARAMETER = "errorMessage";

  private Analysis() {}

  /**
   * Returns the supplier's result. Its errors about configuration, server or columns become an
   * AnalysisException. An error that Spark's analyzer caused is thrown as the analyzer made it.
   */
  public static <T> T of(Supplier<T> supplier) {
    try {
      return supplier.get();
    } catch (ConfException | IdentityException | InferenceException | ModelException e) {
      throw Analysis.<RuntimeException>unchecked(
          e.getCause() instanceof AnalysisException cause
              ? cause
              : exception(e.getMessage(), Option.apply(e)));
    }
  }

  /** Runs a check; its errors become an AnalysisException as in {@link #of}. */
  public static void check(Runnable check) {
    of(
        () -> {
          check.run();
          return null;
        });
  }

  /** Throws an AnalysisException; never returns. */
  public static RuntimeException error(String message) {
    throw Analysis.<RuntimeException>unchecked(exception(message, Option.empty()));
  }

  private static AnalysisException exception(String message, Option<Throwable> cause) {
    return new AnalysisException(
        message,
        Option.empty(),
        Option.empty(),
        cause,
        Option.apply(CONDITION),
        new scala.collection.immutable.Map.Map1<>(PARAMETER, message),
        new QueryContext[0]);
  }

  /**
   * Throws an exception that its caller does not declare. In Java, AnalysisException is a checked
   * exception, which no interface of Spark declares.
   */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable e) throws E {
    throw (E) e;
  }
}
