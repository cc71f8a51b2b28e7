// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.model.input.FeatureInput;
import io.secmoe.model.input.TokenInput;
import io.secmoe.network.Sequences;
import io.secmoe.spark.conf.SecMoeConf;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchLimitsTest {
  private static final TokenInput TOKENS = new TokenInput(100, 96);

  private static BatchLimits limits(String... settings) {
    Map<String, String> texts = settings.length == 0 ? Map.of() : Map.of(settings[0], settings[1]);
    return BatchLimits.of(TOKENS, SecMoeConf.of(texts, 1));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "4, 4", "5, 8", "33, 64", "64, 64", "65, 96", "96, 96"})
  void theLongestRowIsRoundedUpToAPowerOfTwoOrToTheModelsLongest(int length, int padded) {
    assertEquals(padded, limits().padded(length));
  }

  @Test
  void aConfiguredLengthTellsNothingOfTheRows() {
    BatchLimits fixed = limits("spark.secmoe.batch.length", "20");
    assertEquals(20, fixed.padded(1));
    assertEquals(20, fixed.padded(20));
    assertEquals(20, fixed.longestRow());
    assertEquals(new Sequences(409, 20), fixed.largest());
  }

  @Test
  void aBatchHoldsRowsAndTokensUpToTheirLimits() {
    assertEquals(85, limits().capacity(96));
    assertEquals(8192, limits().capacity(1));
    assertEquals(30, limits("spark.secmoe.batch.rows", "30").capacity(96));
    assertTrue(limits().fits(64, 128) && !limits().fits(65, 128));
    assertEquals(new Sequences(85, 96), limits().largest());
  }

  @Test
  void rowsOfFeaturesHaveOneColumn() {
    BatchLimits limits =
        BatchLimits.of(
            new FeatureInput(6, 2), SecMoeConf.of(Map.of("spark.secmoe.batch.length", "64"), 1));
    assertEquals(1, limits.padded(1));
    assertEquals(new Sequences(8192, 1), limits.largest());
  }

  @Test
  void whatIsShownOfItHolds() {
    assertEquals(
        "85, batch.length=96 (batch.rows=8192 where rows are shorter)", limits().toString());
    assertEquals("409, batch.length=20", limits("spark.secmoe.batch.length", "20").toString());
    assertEquals("30, batch.length=96", limits("spark.secmoe.batch.rows", "30").toString());
    assertEquals(
        "8192", BatchLimits.of(new FeatureInput(6, 2), SecMoeConf.of(Map.of(), 1)).toString());
  }

  @Test
  void aLengthThatTheModelHasNoRoomForIsRefused() {
    InferenceException e =
        assertThrows(InferenceException.class, () -> limits("spark.secmoe.batch.length", "97"));
    assertEquals(InferenceException.Kind.UNUSABLE, e.kind());
    assertTrue(
        e.getMessage().contains("spark.secmoe.batch.length is 97")
            && e.getMessage().contains("96 tokens"),
        e.getMessage());
  }
}
