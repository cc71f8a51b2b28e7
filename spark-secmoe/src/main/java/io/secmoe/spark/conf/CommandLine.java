// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.conf;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkConf;

/**
 * The arguments of an application: {@code --name value} and bare {@code --flags}, and for the
 * configuration of Spark and SecMoE {@code --properties FILE} and {@code --conf key=value}. Each of
 * the latter two may occur several times. A later file overrides an earlier one, and {@code --conf}
 * overrides all files.
 */
public final class CommandLine {
  private static final String CONF = "conf";
  private static final String PROPERTIES = "properties";

  private final Map<String, List<String>> values = new HashMap<>();
  private final List<Path> files = new ArrayList<>();
  private final List<String> confs = new ArrayList<>();

  /**
   * @param options names that take a value
   * @param flags names that take no value
   * @throws ConfException for an argument that is neither
   */
  public CommandLine(String[] arguments, Set<String> options, Set<String> flags) {
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
      if (flags.contains(name)) {
        values.put(name, List.of());
        continue;
      }
      if (!options.contains(name) && !name.equals(CONF) && !name.equals(PROPERTIES)) {
        throw unknown(arguments[i], options, flags);
      }
      if (i + 1 == arguments.length) {
        throw new ConfException("argument --" + name + " needs a value");
      }
      String value = arguments[++i];
      if (name.equals(CONF)) {
        confs.add(value);
      } else if (name.equals(PROPERTIES)) {
        files.add(Path.of(value));
      } else {
        values.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
      }
    }
  }

  private static ConfException unknown(String argument, Set<String> options, Set<String> flags) {
    TreeSet<String> known = new TreeSet<>(options);
    known.addAll(flags);
    known.addAll(List.of(CONF, PROPERTIES));
    String meant =
        Nearest.of(argument.replaceFirst("^-*", ""), known)
            .map(name -> "; did you mean --" + name + "? A")
            .orElse("; a");
    return new ConfException(
        "unknown argument '" + argument + "'" + meant + "llowed: --" + String.join(", --", known));
  }

  /** Returns the value that was given last. */
  public Optional<String> get(String name) {
    List<String> given = values.getOrDefault(name, List.of());
    return given.isEmpty() ? Optional.empty() : Optional.of(given.get(given.size() - 1));
  }

  public String get(String name, String fallback) {
    return get(name).orElse(fallback);
  }

  /** Returns the values of an option that may occur several times, each as {@code key=value}. */
  public Map<String, String> pairs(String name) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String pair : values.getOrDefault(name, List.of())) {
      String[] parts = pair(name, pair);
      pairs.put(parts[0], parts[1]);
    }
    return pairs;
  }

  private static String[] pair(String name, String pair) {
    int equals = pair.indexOf('=');
    if (equals < 1) {
      throw new ConfException(
          "argument --" + name + " has the value '" + pair + "'; allowed: key=value");
    }
    return new String[] {pair.substring(0, equals), pair.substring(equals + 1)};
  }

  public boolean has(String flag) {
    return values.containsKey(flag);
  }

  /** Returns a value that the application cannot do without. */
  public String require(String name) {
    return get(name).orElseThrow(() -> new ConfException("argument --" + name + " is missing"));
  }

  /** Returns a number of at least {@code least}. */
  public int number(String name, int fallback, int least) {
    String text = get(name, Integer.toString(fallback));
    return new Setting<>(
            "--" + name,
            "",
            "a number of at least " + least,
            "",
            Parsers.integer(least, Integer.MAX_VALUE))
        .value(text);
  }

  /**
   * Returns Spark's configuration: system properties, then the properties files, then {@code
   * --conf}.
   */
  public SparkConf sparkConf() {
    SparkConf conf = new SparkConf();
    files.forEach(
        file ->
            read(file).forEach((key, value) -> conf.set((String) key, ((String) value).strip())));
    for (String pair : confs) {
      String[] parts = pair(CONF, pair);
      conf.set(parts[0], parts[1]);
    }
    return conf;
  }

  private static Properties read(Path file) {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      properties.load(in);
    } catch (IOException e) {
      throw new ConfException("argument --properties: the file " + file + " cannot be read");
    }
    return properties;
  }
}
