// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.remote.Columns;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a query reads. A struct with a condition on it is read as a whole, because the
 * condition counts all its fields.
 *
 * @param passed the stored columns that are handed out
 * @param added the columns of the inference
 * @param conditions conditions that a row must meet to be worth an inference
 * @param read the columns that the inner scan must read for them; the model's input too if there is
 *     something to infer
 */
record Wanted(
    StructType passed, List<StructField> added, List<Expression> conditions, StructType read) {
  static Wanted of(StructType required, List<Expression> conditions, Reading reading) {
    Columns columns = reading.columns();
    Set<String> names = Set.of(required.fieldNames());
    List<StructField> added =
        columns.added(reading.model()).stream()
            .filter(field -> names.contains(field.name()))
            .toList();
    StructType stored = reading.stored();
    Set<String> whole = Conditions.columns(conditions);
    StructType passed =
        new StructType(
            Arrays.stream(required.fields())
                .filter(field -> Set.of(stored.fieldNames()).contains(field.name()))
                .map(field -> whole.contains(field.name()) ? stored.apply(field.name()) : field)
                .toArray(StructField[]::new));
    StructType read = passed;
    whole.add(columns.input());
    for (String name : added.isEmpty() ? Set.<String>of() : whole) {
      read = names.contains(name) ? read : read.add(stored.apply(name));
    }
    return new Wanted(passed, added, conditions, read);
  }
}
