// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.sql.logical.Analysis;
import io.secmoe.spark.sql.optimizer.Operators;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.CatalogV2Util;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.CreatableRelationProvider;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A table in files with private predictions for its rows, of the model that the session's {@code
 * spark.secmoe.*} names:
 *
 * <pre>{@code
 * spark.read().format("secmoe").option("format", "parquet").load(path).select("id", "label")
 * }</pre>
 *
 * <p>With {@code option("view", "models")} it lists the served models instead.
 *
 * <p>Its partitions are those of the stored table, whose numbers of rows follow the sizes of its
 * files. Where these are not to show, read the table with its own format and use the SQL functions.
 *
 * <p>A row that the model does not take is found when its batch is made, after those before it in
 * its partition have been inferred, unless {@code spark.secmoe.rows.invalid} is null. Errors name
 * it by its position among those rows of its partition that meet the query's conditions on stored
 * columns.
 *
 * <p>Read-only. The server is asked for its model's public description when the columns must be
 * known, and for nothing else before the query runs; it learns how many rows of each batch are sent
 * and the length they are padded to, and nothing about their contents.
 */
public final class SecMoeSource
    implements TableProvider, DataSourceRegister, CreatableRelationProvider {
  static final String NAME = "secmoe";

  private Table inferred;
  private StructType schema;

  @Override
  public String shortName() {
    return NAME;
  }

  /** Returns true: a user may give the schema of the stored table. */
  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    inferred = table(options, Optional.empty());
    schema = CatalogV2Util.v2ColumnsToStructType(inferred.columns());
    return schema;
  }

  @Override
  public Table getTable(
      StructType given, Transform[] partitioning, Map<String, String> properties) {
    org.apache.spark.sql.classic.SparkSession session =
        (org.apache.spark.sql.classic.SparkSession) SparkSession.active();
    ScanStrategy.register(session);
    Operators.register(session);
    return given.equals(schema)
        ? inferred
        : table(new CaseInsensitiveStringMap(properties), Optional.of(given));
  }

  private static Table table(CaseInsensitiveStringMap map, Optional<StructType> given) {
    SourceOptions options = SourceOptions.of(map);
    return options.models()
        ? new ModelsTable(Analysis.of(() -> Reading.model(options)))
        : new PredictedTable(options, given);
  }

  /**
   * Refuses to write. Spark calls this to write with a data source that cannot write through V2.
   */
  @Override
  public BaseRelation createRelation(
      SQLContext context,
      SaveMode mode,
      scala.collection.immutable.Map<String, String> parameters,
      Dataset<Row> data) {
    throw Analysis.error(
        "the data source secmoe is read-only: read predictions with"
            + " spark.read().format(\"secmoe\"), or add them with the SQL functions, and write them"
            + " with another format, such as write().parquet(path)");
  }
}
