// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.sql.logical.Analysis;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.CatalogV2Util;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.connector.catalog.SupportsMetadataColumns;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A stored table with predictions. Neither the files nor the server are asked before the columns
 * must be known.
 */
final class PredictedTable implements SupportsRead, SupportsMetadataColumns {
  private final SourceOptions options;
  private final Optional<StructType> given;
  private Reading reading;

  /**
   * @param given the stored table's columns, if the user gives them
   */
  PredictedTable(SourceOptions options, Optional<StructType> given) {
    this.options = options;
    this.given = given;
  }

  private synchronized Reading reading() {
    if (reading == null) {
      reading = Analysis.of(() -> Reading.of(options, given));
    }
    return reading;
  }

  @Override
  public String name() {
    return SecMoeSource.NAME + " " + options.format();
  }

  @Override
  public Column[] columns() {
    return CatalogV2Util.structTypeToV2Columns(reading().schema(), false);
  }

  @Override
  public MetadataColumn[] metadataColumns() {
    return new MetadataColumn[] {new FileMetadata()};
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap ignored) {
    return new InferenceScanBuilder(reading(), reading().inner().newScanBuilder(options.inner()));
  }
}
