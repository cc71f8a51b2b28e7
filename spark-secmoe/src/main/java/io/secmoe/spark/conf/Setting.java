// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

import java.util.function.Function;

/**
 * One configuration key: its name, default, meaning, allowed values and parser.
 *
 * @param <T> type of the value
 * @param key full name
 * @param fallback text used when the key is not set; empty means absent, which the parser sees as
 *     the empty text
 * @param allowed the allowed values in words, for error messages and the documentation
 * @param meaning what the key does, in one or a few sentences
 * @param parse turns text into a value; any {@link RuntimeException} it throws, except {@link
 *     ConfException}, means "not allowed"
 */
public record Setting<T>(
    String key, String fallback, String allowed, String meaning, Function<String, T> parse) {
  /** Returns the value that {@code text} stands for, or the default's value if it is null. */
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
