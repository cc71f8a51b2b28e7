// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.sql.logical.Analysis;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** Finds Spark's own reader of the format that a table is stored in. */
final class InnerFormat {
  private InnerFormat() {}

  /**
   * Returns the stored table.
   *
   * <p>It throws an AnalysisException if there is no such format, or if the format cannot be read
   * through DataSource V2.
   *
   * @param schema that the user gives, if any
   */
  static SupportsRead table(
      String format, CaseInsensitiveStringMap options, Optional<StructType> schema) {
    TableProvider provider = provider(format);
    if (provider instanceof FileDataSourceV2
        && !options.containsKey("path")
        && !options.containsKey("paths")) {
      throw Analysis.error("the data source secmoe needs a path: load(path), or option 'path'");
    }
    StructType columns = schema.orElseGet(() -> provider.inferSchema(options));
    Table table =
        provider.getTable(
            columns, provider.inferPartitioning(options), options.asCaseSensitiveMap());
    if (table instanceof SupportsRead readable
        && table.capabilities().contains(TableCapability.BATCH_READ)) {
      return readable;
    }
    throw refused(format);
  }

  /**
   * Returns Spark's V2 reader. Spark's configuration prefers V1 readers of files, but the V2
   * readers exist all the same.
   */
  private static TableProvider provider(String format) {
    SQLConf conf =
        ((org.apache.spark.sql.classic.SparkSession) SparkSession.active()).sessionState().conf();
    Class<?> type = DataSource.lookupDataSource(format, conf);
    if (!TableProvider.class.isAssignableFrom(type) || type == SecMoeSource.class) {
      throw refused(format);
    }
    try {
      return (TableProvider) type.getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "format " + format + " cannot be instantiated: " + type.getName(), e);
    }
  }

  private static RuntimeException refused(String format) {
    return Analysis.error(
        "the data source secmoe cannot read the format '"
            + format
            + "', which has no DataSource V2 reader for batches;"
            + " read it with spark.read().format(\""
            + format
            + "\") and call the SQL function secmoe_label(features) or"
            + " secmoe_infer(features)");
  }
}
