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
 * What the rows of an inner scan hold, and what is made of them.
 *
 * @param read columns of the inner scan's rows
 * @param passed those of them that are handed out
 * @param added columns of the inference that are handed out after them
 * @param conditions on columns of read, by position: rows that do not meet them are left out
 * @param columns names of all that an inference reads and adds
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

  /** All that is handed out. */
  StructType output() {
    return new StructType(
        Stream.concat(Arrays.stream(passed.fields()), added.stream()).toArray(StructField[]::new));
  }

  /** Where a column of this name stands in the inner scan's rows. */
  int index(String name) {
    return read.fieldIndex(name);
  }
}
