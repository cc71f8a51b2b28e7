// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.task;

import java.util.List;

/**
 * Classes of Spark and Scala that ordinary queries send across tasks and that Spark itself does not
 * register. Without them, {@code spark.kryo.registrationRequired} would stop jobs around an
 * inference. They are named by text, as some are internal.
 */
final class SparkClasses {
  static final List<String> NAMES =
      List.of(
          "org.apache.spark.sql.catalyst.InternalRow",
          "org.apache.spark.sql.catalyst.expressions.GenericInternalRow",
          "org.apache.spark.sql.catalyst.expressions.GenericRow",
          "org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema",
          "org.apache.spark.sql.catalyst.expressions.UnsafeRow",
          "org.apache.spark.sql.types.ArrayType",
          "org.apache.spark.sql.execution.streaming.sinks.SinkFileStatus",
          "org.apache.spark.sql.types.BinaryType$",
          "org.apache.spark.sql.types.BooleanType$",
          "org.apache.spark.sql.types.ByteType$",
          "org.apache.spark.sql.types.DateType$",
          "org.apache.spark.sql.types.DecimalType",
          "org.apache.spark.sql.types.DoubleType$",
          "org.apache.spark.sql.types.FloatType$",
          "org.apache.spark.sql.types.MapType",
          "org.apache.spark.sql.types.NullType$",
          "org.apache.spark.sql.types.ShortType$",
          "org.apache.spark.sql.types.TimestampNTZType$",
          "org.apache.spark.sql.types.TimestampType$",
          "org.apache.spark.sql.types.IntegerType$",
          "org.apache.spark.sql.types.LongType$",
          "org.apache.spark.sql.types.Metadata",
          "org.apache.spark.sql.types.StringType",
          "org.apache.spark.sql.types.StringType$",
          "org.apache.spark.sql.types.StructField",
          "org.apache.spark.sql.types.StructType",
          "scala.collection.immutable.ArraySeq$ofRef",
          "scala.collection.mutable.ArraySeq$ofFloat",
          "scala.collection.mutable.ArraySeq$ofRef",
          "[Ljava.lang.Double;",
          "[Ljava.lang.Float;",
          "[Ljava.lang.Integer;",
          "[Ljava.lang.Long;",
          "[Ljava.lang.String;",
          "[Lorg.apache.spark.sql.Row;",
          "[Lorg.apache.spark.sql.catalyst.InternalRow;",
          "[Lorg.apache.spark.sql.types.StructField;",
          "[Lscala.Tuple2;");

  private SparkClasses() {}

  static Class<?> load(String name) {
    try {
      return Class.forName(name, false, SparkClasses.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "Spark has no class " + name + "; this release of SecMoE is made for Spark 4.2", e);
    }
  }
}
