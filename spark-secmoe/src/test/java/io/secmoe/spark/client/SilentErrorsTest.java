// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.input.FeatureInput;
import io.secmoe.model.layers.Output;
import io.secmoe.spark.remote.InferenceException;
import io.secmoe.spark.remote.RemoteModel;
import io.secmoe.spark.remote.Tokenizers;
import io.secmoe.spark.rows.RowReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.TaskContext$;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Errors of rows reach logs and event logs, and say the kind of fault and which row has it: rows
 * with the same kind of fault, whatever their values and lengths and wherever the fault is, have
 * equal errors.
 */
class SilentErrorsTest {
  private static final String[] TOKENS = {
    "ARRAY<TINYINT>", "ARRAY<SMALLINT>", "ARRAY<INT>", "ARRAY<BIGINT>"
  };
  private static final String[] FEATURES = {
    "ARRAY<FLOAT>", "ARRAY<DOUBLE>", "ARRAY<DECIMAL(20,4)>", "ARRAY<BIGINT>", "ARRAY<INT>"
  };
  private static final Map<String, String> NONE = Map.of();

  @TempDir static Path folder;

  @AfterAll
  static void close() {
    Tokenizers.close();
  }

  static Stream<Arguments> tokens() {
    return Stream.of(TOKENS)
        .flatMap(
            type ->
                Stream.of(
                    Arguments.of(
                        false,
                        type,
                        NONE,
                        "has more than 32 tokens",
                        List.of(repeat(33, 1), repeat(500, 7), nothingBefore(33, 120))),
                    Arguments.of(
                        false,
                        type,
                        Map.of("spark.secmoe.batch.length", "8"),
                        "has more than 8 tokens",
                        List.of(repeat(9, 1), repeat(32, 2), repeat(60, 3))),
                    Arguments.of(
                        false,
                        type,
                        NONE,
                        "has a null among its tokens",
                        List.of(
                            Arrays.asList(1, null),
                            Arrays.asList(null, 1, 2),
                            Arrays.asList(120, null),
                            Arrays.asList(null, 120),
                            nulls(40))),
                    Arguments.of(
                        false,
                        type,
                        NONE,
                        "has a token outside the model's vocabulary, 0 to 99",
                        List.of(
                            List.of(100),
                            List.of(1, 2, 127),
                            List.of(-1, 1),
                            List.of(-128, 127, 5, 6)))));
  }

  static Stream<Arguments> features() {
    return Stream.of(FEATURES)
        .flatMap(
            type ->
                Stream.of(
                    Arguments.of(
                        true,
                        type,
                        NONE,
                        "has fewer features than the model takes, 3",
                        List.of(List.of(1), List.of(2, 90), List.of())),
                    Arguments.of(
                        true,
                        type,
                        NONE,
                        "has more features than the model takes, 3",
                        List.of(repeat(4, 1), repeat(90, 99))),
                    Arguments.of(
                        true,
                        type,
                        NONE,
                        "has a null among its features",
                        List.of(
                            Arrays.asList(1, 2, null),
                            Arrays.asList(null, 1, 90),
                            nulls(3),
                            Arrays.asList(90, null, 1))),
                    Arguments.of(
                        true,
                        type,
                        NONE,
                        "has a feature outside the model's calibrated range, |x| < 2^2",
                        List.of(
                            List.of(4, 0, 0),
                            List.of(0, 0, -4),
                            List.of(0, 7654, 1),
                            List.of(99, 99, 99)))));
  }

  static Stream<Arguments> notNumbers() {
    return Stream.of("ARRAY<FLOAT>", "ARRAY<DOUBLE>")
        .map(
            type ->
                Arguments.of(
                    true,
                    type,
                    NONE,
                    "has a NaN among its features",
                    List.of(
                        List.of(Double.NaN, 1, 2),
                        List.of(0, 3, Double.NaN),
                        List.of(90, Double.NaN, 90),
                        List.of(Double.NaN, 90, 1))));
  }

  static Stream<Arguments> texts() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("tokenizer.json"),
            """
            {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], \
            "normalizer": null,
            "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
            "model": {"type": "WordLevel", "vocab": {"the": 0, "cat": 1, "dog": 100, "newt": \
            5000}, "unk_token": "none"}}\
            """);
    Map<String, String> settings = Map.of("spark.secmoe.text.vocabulary", file.toString());
    return Stream.of(
        Arguments.of(
            false,
            "STRING",
            settings,
            "is not made tokens",
            List.of("bird", "the cat saw a bird", "the " + "bird ".repeat(500), "\uD83D\uDC26")),
        Arguments.of(
            false,
            "STRING",
            settings,
            "has more than 32 tokens",
            List.of("the ".repeat(33), "cat ".repeat(700), "dog ".repeat(40))),
        Arguments.of(
            false,
            "STRING",
            settings,
            "has a token outside the model's vocabulary",
            List.of("dog", "the cat newt", "newt the", "dog newt dog")),
        Arguments.of(false, "STRING", settings, "has no tokens", List.of("", "  ", "\n\t")));
  }

  @ParameterizedTest
  @MethodSource({"tokens", "features", "notNumbers", "texts"})
  void rowsWithTheSameKindOfFaultHaveEqualErrors(
      boolean features,
      String type,
      Map<String, String> settings,
      String what,
      List<Object> values) {
    DataType column = DataType.fromDDL(type);
    List<String> messages =
        values.stream().map(value -> error(features, column, settings, value)).distinct().toList();
    assertEquals(1, messages.size(), messages.toString());
    assertTrue(
        messages.get(0).startsWith("row 1 of partition 0: column 'x' " + what), messages.get(0));
  }

  private static String error(
      boolean features, DataType type, Map<String, String> settings, Object value) {
    RemoteModel model =
        features
            ? TokenModels.of(new FeatureInput(3, 2))
            : TokenModels.of(Output.LOGITS, true, settings);
    RowReader<?> reader = RowReader.of(model, "x", type, TaskContext$.MODULE$.empty());
    assertNull(reader.next(new GenericInternalRow(new Object[] {null}), 0));
    InternalRow row = new GenericInternalRow(new Object[] {spark(type, value)});
    InferenceException e = assertThrows(InferenceException.class, () -> reader.next(row, 0));
    assertNull(e.getCause(), "whatever a cause says is logged as well");
    return e.getMessage();
  }

  /** Returns a value in Spark's form. */
  private static Object spark(DataType type, Object value) {
    if (value instanceof String text) {
      return UTF8String.fromString(text);
    }
    String element = type.sql().substring("ARRAY<".length(), type.sql().length() - 1);
    return new GenericArrayData(
        ((List<?>) value)
            .stream().map(item -> item == null ? null : number(element, (Number) item)).toArray());
  }

  private static Object number(String element, Number value) {
    return switch (element) {
      case "TINYINT" -> value.byteValue();
      case "SMALLINT" -> value.shortValue();
      case "INT" -> value.intValue();
      case "BIGINT" -> value.longValue();
      case "FLOAT" -> value.floatValue();
      case "DOUBLE" -> value.doubleValue();
      default -> Decimal.apply(new BigDecimal(value.longValue()).setScale(4), 20, 4);
    };
  }

  private static List<Object> repeat(int count, int value) {
    return Collections.nCopies(count, (Object) value);
  }

  private static List<Object> nothingBefore(int count, int last) {
    Object[] values = new Object[count];
    Arrays.fill(values, 0);
    values[count - 1] = last;
    return List.of(values);
  }

  private static List<Object> nulls(int count) {
    return Arrays.asList(new Object[count]);
  }
}
