// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.remote.RemoteModels;
import io.secmoe.spark.sql.logical.InputColumn;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.CatalogV2Util;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;

/**
 * The facts about a table before it is scanned.
 *
 * @param inner the stored table
 * @param stored its columns
 * @param columns names of the columns that are read and added; the input's name is as it is stored
 * @param schema the stored columns and those that are added
 */
record Reading(
    SupportsRead inner, StructType stored, RemoteModel model, Columns columns, StructType schema) {
  /** Asks the server for its model's description, unless it is known. */
  static Reading of(SourceOptions options, Optional<StructType> given) {
    SupportsRead inner = InnerFormat.table(options.format(), options.inner(), given);
    StructType stored = CatalogV2Util.v2ColumnsToStructType(inner.columns());
    RemoteModel model = model(options);
    Columns asked = options.columns();
    asked.requireGiven(model);
    SQLConf conf = SQLConf.get();
    Columns columns = asked.reading(InputColumn.nameIn(stored, asked.input(), conf));
    Columns.Naming naming =
        new Columns.Naming(conf.caseSensitiveAnalysis(), column -> "option '" + column + "Column'");
    return new Reading(
        inner,
        stored,
        model,
        columns,
        columns.extend(stored, stored.apply(columns.input()).dataType(), model, naming));
  }

  /** Returns the model that session and options ask for. */
  static RemoteModel model(SourceOptions options) {
    return RemoteModels.of(SecMoeConf.of(SparkSession.active()).with(options.conf()));
  }
}
