// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.remote.Columns;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of an inner scan's rows, and the columns made from them.
 *
 * @param read columns of the inner scan's rows
 * @param passed those of them that are handed out
 * @param added columns of the inference that are handed out after them
 * @param conditions conditions on columns of read, by position; rows that do not meet them are left
 *     out
 * @param columns names of all columns that an inference reads and adds
 */
record Layout(
    StructType read,
    StructType passed,
    List<StructField> added,
    List<Expression> conditions,
    Columns columns)
    implements Serializable {
  static Layout of(StructType read, Wanted wanted, Reading reading) {
    List<String> names = Arrays.asList(wanted.passed().fieldNames());
    StructField[] passed =
        Arrays.stream(read.fields())
            .filter(field -> names.contains(field.name()))
            .toArray(StructField[]::new);
    return new Layout(
        read,
        new StructType(passed),
        wanted.added(),
        Conditions.bind(wanted.conditions(), read),
        reading.columns());
  }

  /** Returns all columns that are handed out. */
  StructType output() {
    return new StructType(
        Stream.concat(Arrays.stream(passed.fields()), added.stream()).toArray(StructField[]::new));
  }

  /** Returns the index of the column with this name in the inner scan's rows. */
  int index(String name) {
    return read.fieldIndex(name);
  }
}
