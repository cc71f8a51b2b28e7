// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.rows;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.input.Rows;
import io.secmoe.model.input.TokenRows;
import io.secmoe.model.layers.Output;
import io.secmoe.network.Sequences;
import io.secmoe.spark.client.TokenModels;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.RemoteModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext$;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of tokens on their way into batches. */
class BatchCutterTest {
  private static final DataType INTS = DataTypes.createArrayType(DataTypes.IntegerType);

  /** Rows as they were handed out, and the batches made of them. */
  private final List<Boolean> kept = new ArrayList<>();

  private static InternalRow row(Object ids) {
    return new GenericInternalRow(new Object[] {"before", ids});
  }

  private static Object ids(int length) {
    return new GenericArrayData(IntStream.range(0, length).toArray());
  }

  private static List<InternalRow> lengths(int... lengths) {
    return Arrays.stream(lengths).mapToObj(length -> row(length < 0 ? null : ids(length))).toList();
  }

  private List<Sequences> cut(Map<String, String> settings, List<InternalRow> rows) {
    List<Sequences> shapes = new ArrayList<>();
    batches(settings, INTS, rows).forEach(batch -> shapes.add(batch.sequences()));
    return shapes;
  }

  private List<Rows> batches(Map<String, String> settings, DataType type, List<InternalRow> rows) {
    RemoteModel model = TokenModels.of(Output.LOGITS, true, settings);
    BatchCutter<?> cutter = BatchCutter.of(model, "tokens", type, 1, TaskContext$.MODULE$.empty());
    Iterator<InternalRow> all = rows.iterator();
    BatchCutter.Source<RuntimeException> source =
        new BatchCutter.Source<>() {
          @Override
          public boolean hasNext() {
            return all.hasNext();
          }

          @Override
          public InternalRow next() {
            return all.next();
          }
        };
    List<Rows> batches = new ArrayList<>();
    while (cutter.hasNext(source)) {
      batches.add(cutter.next(source, Long.MAX_VALUE, (row, sent, fault) -> kept.add(sent)));
    }
    return batches;
  }

  @Test
  void rowsOfAllLengthsComeInTheirOrder() {
    List<Rows> batches = batches(Map.of(), INTS, lengths(3, 1, 7, 32));
    assertEquals(1, batches.size());
    assertEquals(new Sequences(4, 32), batches.get(0).sequences());
    assertArrayEquals(new int[] {3, 1, 7, 32}, batches.get(0).lengths());
    assertArrayEquals(new int[] {0, 1, 2}, ((TokenRows) batches.get(0)).ids()[0]);
  }

  @Test
  void theLongestRowDecidesWhatABatchIsPaddedTo() {
    assertEquals(List.of(new Sequences(3, 4)), cut(Map.of(), lengths(1, 3, 2)));
    assertEquals(List.of(new Sequences(3, 32)), cut(Map.of(), lengths(1, 17, 2)));
    assertEquals(
        List.of(new Sequences(3, 20)),
        cut(Map.of("spark.secmoe.batch.length", "20"), lengths(1, 17, 2)));
  }

  @Test
  void equalPaddedShapesHideTheLengths() {
    assertEquals(cut(Map.of(), lengths(5, 8, 1, 2)), cut(Map.of(), lengths(8, 7, 6, 5)));
    assertEquals(
        cut(Map.of("spark.secmoe.batch.length", "32"), lengths(1, 1, 1)),
        cut(Map.of("spark.secmoe.batch.length", "32"), lengths(32, 9, 30)));
  }

  @Test
  void aBatchClosesBeforeItsTokensAreTooMany() {
    int[] many = new int[600];
    Arrays.fill(many, 32);
    assertEquals(
        List.of(new Sequences(256, 32), new Sequences(256, 32), new Sequences(88, 32)),
        cut(Map.of(), lengths(many)));
    // 300 rows of 8 have room for 724 more of them, but not for a row that pads all to 32: it
    // begins the next batch.
    Arrays.fill(many, 8);
    many[300] = 32;
    assertEquals(
        List.of(new Sequences(300, 8), new Sequences(256, 32), new Sequences(44, 8)),
        cut(Map.of(), lengths(many)));
    assertEquals(1200, kept.size());
  }

  @Test
  void aBatchClosesAtItsRows() {
    assertEquals(
        List.of(new Sequences(2, 4), new Sequences(2, 2), new Sequences(1, 8)),
        cut(Map.of("spark.secmoe.batch.rows", "2"), lengths(4, 1, 2, 2, 5)));
  }

  @Test
  void rowsOfNullPassWithTheirBatchAndAreNotSent() {
    assertEquals(
        List.of(new Sequences(2, 4), new Sequences(1, 1)),
        cut(Map.of("spark.secmoe.batch.rows", "2"), lengths(-1, 3, -1, 4, -1, 1)));
    assertEquals(List.of(false, true, false, true, false, true), kept);
    kept.clear();
    assertEquals(List.of(new Sequences(0, 1)), cut(Map.of(), lengths(-1, -1)));
    assertEquals(List.of(false, false), kept);
  }

  @ParameterizedTest
  @CsvSource({"TINYINT", "SMALLINT", "INT", "BIGINT"})
  void idsAreIntegersOfAnyWidth(String type) {
    DataType element = DataType.fromDDL(type);
    Object[] ids =
        switch (type) {
          case "TINYINT" -> new Byte[] {1, 99};
          case "SMALLINT" -> new Short[] {1, 99};
          case "INT" -> new Integer[] {1, 99};
          default -> new Long[] {1L, 99L};
        };
    List<Rows> batches =
        batches(
            Map.of(), DataTypes.createArrayType(element), List.of(row(new GenericArrayData(ids))));
    assertArrayEquals(new int[] {1, 99}, ((TokenRows) batches.get(0)).ids()[0]);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "100 | has a token outside the model's vocabulary, 0 to 99",
        "-7 | has a token outside the model's vocabulary, 0 to 99",
        "4294967297 | has a token outside the model's vocabulary, 0 to 99",
        "null | has a null among its tokens",
        "none | has no tokens; a row that is not to be inferred has null instead",
        "long | has more than 32 tokens, which is what the model takes at most",
        "fixed | has more than 31 tokens, which is what spark.secmoe.batch.length has room for"
      })
  void errorsNameTheRowAndNeverAnId(String what, String message) {
    Object ids =
        switch (what) {
          case "null" -> new GenericArrayData(new Object[] {null});
          case "none" -> new GenericArrayData(new Object[0]);
          case "long" -> new GenericArrayData(new long[33]);
          case "fixed" -> new GenericArrayData(new long[32]);
          default -> new GenericArrayData(new long[] {Long.parseLong(what)});
        };
    List<InternalRow> rows =
        List.of(row(new GenericArrayData(new long[] {5})), row(null), row(ids));
    Map<String, String> settings =
        what.equals("fixed") ? Map.of("spark.secmoe.batch.length", "31") : Map.of();
    InferenceException e =
        assertThrows(
            InferenceException.class,
            () -> batches(settings, DataTypes.createArrayType(DataTypes.LongType), rows));
    assertEquals(
        "row 2 of partition 0: column 'tokens' "
            + message
            + "; with spark.secmoe.rows.invalid=null such rows are not sent and get null"
            + " predictions",
        e.getMessage());
    assertEquals(InferenceException.Kind.UNUSABLE, e.kind());
    assertFalse(e.getMessage().contains("4294967297"));
    assertTrue(e.getMessage().startsWith("row 2"));
  }
}
