// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.layers.Output;
import io.secmoe.spark.client.TokenModels;
import java.util.Map;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The columns that are read and added if a model takes tokens. */
class ColumnsTest {
  private static final StructType TABLE =
      StructType.fromDDL("id BIGINT, tokens ARRAY<SMALLINT>, features ARRAY<FLOAT>, text STRING");

  private static StructType extend(Columns columns, Output output, boolean pools) {
    RemoteModel model = TokenModels.of(output, pools, Map.of());
    columns.requireGiven(model);
    return columns.extend(
        TABLE,
        TABLE.apply(columns.input()).dataType(),
        model,
        new Columns.Naming(false, column -> "--" + column));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "LOGITS | true | prediction INT, label STRING, logits ARRAY<FLOAT>",
        "LABEL | true | prediction INT, label STRING",
        "EMBEDDINGS | true | embedding ARRAY<FLOAT>",
        "EMBEDDINGS | false | embedding ARRAY<ARRAY<FLOAT>>"
      })
  void whatIsAddedFollowsWhatTheServerReveals(Output output, boolean pools, String added) {
    StructType extended = extend(Columns.of("tokens"), output, pools);
    assertArrayEquals(TABLE.fields(), java.util.Arrays.copyOf(extended.fields(), TABLE.length()));
    String types =
        java.util.Arrays.stream(extended.fields())
            .skip(TABLE.length())
            .map(field -> field.name() + " " + field.dataType().sql())
            .collect(java.util.stream.Collectors.joining(", "));
    assertEquals(added, types);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "features | column 'features' has the type array<float>, and the model takes tokens;"
            + " allowed: array of tinyint",
        "text | column 'text' has the type string, and the model takes tokens",
        "id | column 'id' has the type bigint"
      })
  void columnsThatTheModelDoesNotTakeAreRefusedByName(String column, String message) {
    InferenceException e =
        assertThrows(
            InferenceException.class, () -> extend(Columns.of(column), Output.LOGITS, true));
    assertTrue(e.getMessage().contains(message), e.getMessage());
  }

  @Test
  void aTakenNameIsRefusedWithWhatNamesItOtherwise() {
    RemoteModel model = TokenModels.of(Output.LOGITS, true, Map.of());
    StructType table = TABLE.add("Label", DataTypes.StringType);
    Columns columns = Columns.of("tokens");
    InferenceException e =
        assertThrows(
            InferenceException.class,
            () ->
                columns.extend(
                    table,
                    TABLE.apply("tokens").dataType(),
                    model,
                    new Columns.Naming(false, column -> "--" + column)));
    assertEquals(
        "the input has a column 'label' already; give the added one another name with --label",
        e.getMessage());
    assertEquals(
        8,
        columns
            .extend(
                table,
                TABLE.apply("tokens").dataType(),
                model,
                new Columns.Naming(true, column -> column))
            .length());
  }

  @Test
  void whatAUserSaysOfAColumnMustBeWhatTheModelTakes() {
    Columns features =
        Columns.DEFAULT.reading("tokens", "--features-column", null, "--tokens-column");
    InferenceException e =
        assertThrows(InferenceException.class, () -> extend(features, Output.LOGITS, true));
    assertEquals(
        "column 'tokens' is given as features, and the model takes tokens", e.getMessage());
    extend(
        Columns.DEFAULT.reading(null, "--features-column", "tokens", "--tokens-column"),
        Output.LOGITS,
        true);
    InferenceException both =
        assertThrows(
            InferenceException.class,
            () -> Columns.DEFAULT.reading("a", "--features-column", "b", "--tokens-column"));
    assertTrue(
        both.getMessage().contains("--features-column and --tokens-column"), both.getMessage());
  }
}
