package io.secmoe.spark.source;

import io.secmoe.spark.client.Columns;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a query reads.
 *
 * @param passed stored ones
 * @param added those of the inference
 * @param read what the inner scan must read for them: the features too if there is something to infer
 */
record Wanted(StructType passed, List<StructField> added, StructType read) {
  static Wanted of(StructType required, Reading reading) {
    Columns columns = reading.columns();
    Set<String> names = Set.of(required.fieldNames());
    List<StructField> added = columns.added(reading.model().revealsLogits()).stream().filter(field -> names.contains(field.name())).toList();
    Set<String> stored = Set.of(reading.stored().fieldNames());
    StructType passed =
        new StructType(Arrays.stream(required.fields()).filter(field -> stored.contains(field.name())).toArray(StructField[]::new));
    boolean features = added.isEmpty() || names.contains(columns.features());
    return new Wanted(passed, added, features ? passed : passed.add(reading.stored().apply(columns.features())));
  }
}
