// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.sql.logical.Scala;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.InputFileBlockLength;
import org.apache.spark.sql.catalyst.expressions.InputFileBlockStart;
import org.apache.spark.sql.catalyst.expressions.InputFileName;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.SubstringIndex;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The column {@code _metadata}: the file that a row comes from, with those fields of Spark's own
 * file sources that its readers supply.
 */
final class FileMetadata implements MetadataColumn {
  static final String NAME = "_metadata";

  private static final String PATH = "file_path";
  private static final String FILE = "file_name";
  private static final String START = "file_block_start";
  private static final String LENGTH = "file_block_length";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public DataType dataType() {
    return new StructType()
        .add(PATH, DataTypes.StringType)
        .add(FILE, DataTypes.StringType)
        .add(START, DataTypes.LongType)
        .add(LENGTH, DataTypes.LongType);
  }

  @Override
  public boolean isNullable() {
    return false;
  }

  @Override
  public String comment() {
    return "file that a row comes from";
  }

  /** Returns an expression for the wanted fields, to be computed while the file is read. */
  static Expression of(StructType wanted) {
    List<Expression> parts = new ArrayList<>();
    Arrays.stream(wanted.fieldNames())
        .forEach(
            name -> parts.addAll(List.of(Literal.create(name, DataTypes.StringType), field(name))));
    return new CreateNamedStruct(Scala.seq(parts));
  }

  private static Expression field(String name) {
    return switch (name) {
      case PATH -> new InputFileName();
      case FILE ->
          new SubstringIndex(
              new InputFileName(),
              Literal.create("/", DataTypes.StringType),
              Literal.create(-1, DataTypes.IntegerType));
      case START -> new InputFileBlockStart();
      case LENGTH -> new InputFileBlockLength();
      default -> throw new IllegalArgumentException(NAME + " has no field " + name);
    };
  }
}
