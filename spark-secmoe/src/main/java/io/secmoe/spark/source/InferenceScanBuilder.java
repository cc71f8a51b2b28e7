// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.conf.Rebalance;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.sql.logical.Analysis;
import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.SupportsPushDownLimit;
import org.apache.spark.sql.connector.read.SupportsPushDownRequiredColumns;
import org.apache.spark.sql.execution.datasources.v2.PushDownUtils;
import org.apache.spark.sql.internal.connector.SupportsPushDownCatalystFilters;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Seq;

/**
 * Hands conditions on stored columns to the inner scan, and keeps rows that pass it but fail the
 * conditions from being inferred. It leaves the inference out if none of its columns is read. A
 * limit keeps every partition from inferring more rows than that.
 */
final class InferenceScanBuilder
    implements SupportsPushDownCatalystFilters,
        SupportsPushDownRequiredColumns,
        SupportsPushDownLimit {
  private final Reading reading;
  private final ScanBuilder inner;
  private List<Expression> conditions = List.of();
  private StructType required;
  private int limit = Integer.MAX_VALUE;

  InferenceScanBuilder(Reading reading, ScanBuilder inner) {
    this.reading = reading;
    this.inner = inner;
    this.required = reading.schema();
  }

  @Override
  public Seq<Expression> pushFilters(Seq<Expression> filters) {
    Set<String> stored = Set.of(reading.stored().fieldNames());
    List<Expression> below = new ArrayList<>();
    List<Expression> above = new ArrayList<>();
    for (Expression filter : Scala.list(filters)) {
      boolean known =
          Scala.list(filter.references().toSeq()).stream()
              .allMatch(attribute -> stored.contains(attribute.name()));
      (known ? below : above).add(filter);
    }
    List<Expression> left =
        Scala.list(PushDownUtils.pushFilters(inner, Scala.seq(below), Option.empty())._2());
    conditions = Conditions.testable(left);
    above.addAll(left);
    return Scala.seq(above);
  }

  @Override
  public Predicate[] pushedFilters() {
    return inner instanceof SupportsPushDownCatalystFilters files
        ? files.pushedFilters()
        : new Predicate[0];
  }

  @Override
  public void pruneColumns(StructType columns) {
    required = columns;
  }

  @Override
  public boolean pushLimit(int rows) {
    limit = rows;
    return true;
  }

  @Override
  public boolean isPartiallyPushed() {
    return true;
  }

  private void requirePartitionsOfFiles() {
    if (reading.model().conf().get(SecMoeConf.BATCH_REBALANCE) == Rebalance.ALWAYS) {
      throw Analysis.error(
          SecMoeConf.BATCH_REBALANCE.key()
              + " is always, and the data source secmoe infers the partitions that its files make;"
              + " read them with their own format and call the SQL functions, or set it to true");
    }
  }

  @Override
  public Scan build() {
    Wanted wanted = Wanted.of(required, conditions, reading);
    if (inner instanceof SupportsPushDownRequiredColumns pruning) {
      pruning.pruneColumns(wanted.read());
    }
    Scan scan = inner.build();
    if (!wanted.added().isEmpty()) {
      requirePartitionsOfFiles();
    }
    StructField metadata = metadata();
    return wanted.added().isEmpty() && metadata == null
        ? scan
        : new InferenceScan(
            reading.model(), scan, Layout.of(scan.readSchema(), wanted, reading), metadata, limit);
  }

  /**
   * Returns the metadata that the query reads; null if it reads none. A stored column of that name
   * hides it.
   */
  private StructField metadata() {
    boolean stored = Arrays.asList(reading.stored().fieldNames()).contains(FileMetadata.NAME);
    return stored
        ? null
        : Arrays.stream(required.fields())
            .filter(field -> field.name().equals(FileMetadata.NAME))
            .findFirst()
            .orElse(null);
  }
}
