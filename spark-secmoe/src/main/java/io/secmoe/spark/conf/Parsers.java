// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

import io.secmoe.flight.tls.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parsers of settings' texts. Every parser throws a RuntimeException for a text that is not
 * allowed; {@link Setting} adds the key's name.
 */
final class Parsers {
  private static final Pattern NUMBER_UNIT = Pattern.compile("(\\d{1,12})\\s*([a-z]*)");
  private static final Map<String, Long> BYTES =
      Map.of("", 1L, "b", 1L, "k", 1L << 10, "m", 1L << 20, "g", 1L << 30, "t", 1L << 40);
  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "", 1000L, "s", 1000L, "min", 60_000L, "h", 3_600_000L);

  private Parsers() {}

  static Function<String, Integer> integer(int least, int most) {
    return text -> {
      int value = Integer.parseInt(text);
      require(value >= least && value <= most);
      return value;
    };
  }

  static <E extends Enum<E>> Function<String, E> choice(Class<E> type) {
    return text -> Enum.valueOf(type, text.toUpperCase(java.util.Locale.ROOT));
  }

  static Function<String, Boolean> flag() {
    return matching("true|false").andThen(Boolean::valueOf);
  }

  static Function<String, Long> bytes(long least) {
    return bytes(least, Long.MAX_VALUE);
  }

  static Function<String, Long> bytes(long least, long most) {
    return text -> {
      long value = Math.multiplyExact(number(text), unit(text, BYTES));
      require(value >= least && value <= most);
      return value;
    };
  }

  static Function<String, Duration> duration(Duration least, Duration most) {
    return text -> {
      Duration value = Duration.ofMillis(Math.multiplyExact(number(text), unit(text, MILLIS)));
      require(value.compareTo(least) >= 0 && value.compareTo(most) <= 0);
      return value;
    };
  }

  static Function<String, String> matching(String pattern) {
    return text -> {
      require(text.matches(pattern));
      return text;
    };
  }

  static Function<String, Optional<String>> optional(String pattern) {
    return text -> {
      require(text.isEmpty() || text.matches(pattern));
      return Optional.of(text).filter(t -> !t.isEmpty());
    };
  }

  static <T> Function<String, Optional<T>> optional(Function<String, T> parser) {
    return text -> text.isEmpty() ? Optional.empty() : Optional.of(parser.apply(text));
  }

  static Function<String, Optional<Boolean>> optionalFlag() {
    return optional("true|false").andThen(text -> text.map(Boolean::valueOf));
  }

  static Function<String, Optional<Path>> path() {
    return text -> text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
  }

  static Function<String, Optional<String>> address() {
    return text ->
        text.isEmpty() ? Optional.empty() : Optional.of(Endpoint.parse(text, null).address());
  }

  private static long number(String text) {
    return Long.parseLong(parts(text).group(1));
  }

  private static long unit(String text, Map<String, Long> units) {
    return units.get(parts(text).group(2));
  }

  private static Matcher parts(String text) {
    Matcher parts = NUMBER_UNIT.matcher(text.toLowerCase(java.util.Locale.ROOT));
    require(parts.matches());
    return parts;
  }

  static void require(boolean allowed) {
    if (!allowed) {
      throw new IllegalArgumentException();
    }
  }
}
