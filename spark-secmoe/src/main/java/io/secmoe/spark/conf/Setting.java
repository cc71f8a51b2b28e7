// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

import java.util.function.Function;

/**
 * One configuration key: its name, default, what it means, what is allowed, and how its text
 * becomes a value.
 *
 * @param <T> type of the value
 * @param key full name
 * @param fallback text used when the key is not set; empty means absent, which the parser sees as
 *     the empty text
 * @param allowed the allowed values in words, for error messages and the documentation
 * @param meaning one sentence
 * @param parse text to value; any {@link RuntimeException} it throws, {@link ConfException}
 *     excepted, means "not allowed"
 */
public record Setting<T>(
    String key, String fallback, String allowed, String meaning, Function<String, T> parse) {
  /** The value that {@code text} stands for, or the default's when it is null. */
  T value(String text) {
    String given = text == null ? fallback : text.strip();
    try {
      return parse.apply(given);
    } catch (ConfException e) {
      throw e;
    } catch (RuntimeException e) {
      throw ConfException.of(key, given, allowed);
    }
  }
}
