// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.model.input.FeatureInput;
import io.secmoe.model.input.InputSpec;
import io.secmoe.model.input.TokenInput;
import io.secmoe.model.layers.LayerList;
import io.secmoe.model.layers.ModelDescription;
import io.secmoe.moe.MoeShape;
import io.secmoe.spark.remote.RemoteModel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.connector.catalog.CatalogV2Util;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The models that are served, one a row, with the public facts that their server tells about them.
 * A server serves one.
 */
final class ModelsTable implements SupportsRead {
  static final StructType SCHEMA =
      new StructType()
          .add("server", DataTypes.StringType, false)
          .add("name", DataTypes.StringType, false)
          .add("digest", DataTypes.StringType, false)
          .add("weights_digest", DataTypes.StringType, false)
          .add("layers", DataTypes.IntegerType, false)
          .add("moe_layers", DataTypes.IntegerType, false)
          .add("experts", DataTypes.IntegerType)
          .add("d_model", DataTypes.IntegerType)
          .add("d_ff", DataTypes.IntegerType)
          .add("input_features", DataTypes.IntegerType)
          .add("input_bits", DataTypes.IntegerType)
          .add("vocabulary", DataTypes.IntegerType)
          .add("longest", DataTypes.IntegerType)
          .add("labels", DataTypes.createArrayType(DataTypes.StringType, false), false)
          .add("output", DataTypes.StringType, false)
          .add("ot", DataTypes.StringType, false)
          .add("prime_bits", DataTypes.createArrayType(DataTypes.IntegerType, false), false);

  private final RemoteModel model;

  ModelsTable(RemoteModel model) {
    this.model = model;
  }

  @Override
  public String name() {
    return SecMoeSource.NAME + " models";
  }

  @Override
  public Column[] columns() {
    return CatalogV2Util.structTypeToV2Columns(SCHEMA, false);
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return () -> new Rows(row(model));
  }

  private static InternalRow row(RemoteModel model) {
    ModelDescription description = model.description();
    LayerList layers = description.layers();
    List<MoeShape> sparse = layers.experts();
    Optional<MoeShape> first = sparse.stream().findFirst();
    Optional<FeatureInput> features = as(layers.input(), FeatureInput.class);
    Optional<TokenInput> tokens = as(layers.input(), TokenInput.class);
    return new GenericInternalRow(
        new Object[] {
          text(model.conf().server().address()),
          text(description.name()),
          text(description.digest()),
          text(description.weightsDigest()),
          layers.layers().size(),
          sparse.size(),
          first.map(MoeShape::experts).orElse(null),
          first.map(moe -> moe.expert().width()).orElse(null),
          first.map(moe -> moe.expert().hidden()).orElse(null),
          features.map(FeatureInput::features).orElse(null),
          features.map(FeatureInput::bits).orElse(null),
          tokens.map(TokenInput::vocabulary).orElse(null),
          tokens.map(TokenInput::longest).orElse(null),
          new GenericArrayData(layers.labels().stream().map(ModelsTable::text).toArray()),
          text(layers.output().name().toLowerCase(Locale.ROOT)),
          text(layers.profile().ot().label()),
          new GenericArrayData(layers.profile().primeBits().toArray())
        });
  }

  private static <T> Optional<T> as(InputSpec input, Class<T> kind) {
    return kind.isInstance(input) ? Optional.of(kind.cast(input)) : Optional.empty();
  }

  private static UTF8String text(String value) {
    return UTF8String.fromString(value);
  }

  private record Rows(InternalRow... rows) implements LocalScan {
    @Override
    public StructType readSchema() {
      return SCHEMA;
    }
  }
}
