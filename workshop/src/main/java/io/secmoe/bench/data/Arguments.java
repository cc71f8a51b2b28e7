// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One benchmark as text: a case's name and {@code --key value} pairs. Keys nobody asked for are an
 * error.
 */
public final class Arguments {
  public static final String NAMES = "encoder, model, moe-layer, attention, op, cot, gemm, table";

  private final String name;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final Set<String> known = new TreeSet<>();

  private Arguments(String name) {
    this.name = name;
  }

  /** Returns several benchmarks, separated by ';' or given as one argument list. */
  public static List<Arguments> parse(String... args) {
    List<Arguments> all = new ArrayList<>();
    for (String one : String.join(" ", args).split(";")) {
      if (!one.isBlank()) {
        all.add(parseOne(one.strip()));
      }
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException("no benchmark given; one of: " + NAMES);
    }
    return all;
  }

  private static Arguments parseOne(String text) {
    String[] words = text.split("\\s+");
    Arguments a = new Arguments(words[0]);
    for (int i = 1; i < words.length; i += 2) {
      if (!words[i].startsWith("--") || i + 1 == words.length) {
        throw new IllegalArgumentException(
            "'" + words[i] + "' in '" + text + "' is not a --key with a value");
      }
      a.values.put(words[i].substring(2), words[i + 1]);
    }
    return a;
  }

  /** Returns these arguments with another value of a key. */
  public Arguments with(String key, String value) {
    Arguments a = new Arguments(name);
    a.values.putAll(values);
    a.values.put(key, value);
    return a;
  }

  public String name() {
    return name;
  }

  public int integer(String key, int otherwise) {
    String text = text(key, Integer.toString(otherwise));
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + key + " " + text + " is not a number", e);
    }
  }

  public String text(String key, String otherwise) {
    known.add(key);
    return values.getOrDefault(key, otherwise);
  }

  /** Refuses unknown keys. Call it once every key has been asked for. */
  public void refuseUnknown() {
    for (String key : values.keySet()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            "unknown option --" + key + " of " + name + "; it has " + known);
      }
    }
  }

  /** Returns the text that {@link #parse} reads. */
  public String toText() {
    StringBuilder out = new StringBuilder(name);
    values.forEach((k, v) -> out.append(" --").append(k).append(' ').append(v));
    return out.toString();
  }
}
