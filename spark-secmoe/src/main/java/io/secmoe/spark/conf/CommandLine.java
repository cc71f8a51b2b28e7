package io.secmoe.spark.conf;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkConf;

/**
 * The arguments of an application: {@code --name value}, bare {@code --flags}, and for Spark's and SecMoE's configuration
 * {@code --properties FILE} and {@code --conf key=value}, each as often as one likes: later files are stronger, and the latter are stronger
 * than any file.
 */
public final class CommandLine {
  private static final String CONF = "conf";
  private static final String PROPERTIES = "properties";

  private final Map<String, String> values = new HashMap<>();
  private final List<Path> files = new ArrayList<>();
  private final List<String> confs = new ArrayList<>();

  /**
   * @param options names that take a value
   * @param flags names that do not
   * @throws ConfException for an argument that is neither
   */
  public CommandLine(String[] arguments, Set<String> options, Set<String> flags) {
    for (int i = 0; i < arguments.length; i++) {
      String name = arguments[i].startsWith("--") ? arguments[i].substring(2) : "";
      if (flags.contains(name)) {
        values.put(name, "");
        continue;
      }
      if (!options.contains(name) && !name.equals(CONF) && !name.equals(PROPERTIES)) {
        throw new ConfException("unknown argument '" + arguments[i] + "'; allowed: --" + String.join(", --", new TreeSet<>(options))
            + ", --properties, --conf" + (flags.isEmpty() ? "" : ", --" + String.join(", --", new TreeSet<>(flags))));
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
        values.put(name, value);
      }
    }
  }

  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  public String get(String name, String fallback) {
    return values.getOrDefault(name, fallback);
  }

  public boolean has(String flag) {
    return values.containsKey(flag);
  }

  /** A value without which there is nothing to do. */
  public String require(String name) {
    return get(name).orElseThrow(() -> new ConfException("argument --" + name + " is missing"));
  }

  /** A number of at least {@code least}. */
  public int number(String name, int fallback, int least) {
    String text = get(name, Integer.toString(fallback));
    return new Setting<>("--" + name, "", "a number of at least " + least, "", Parsers.integer(least, Integer.MAX_VALUE)).value(text);
  }

  /** Spark's configuration: system properties, then the properties files, then {@code --conf}. */
  public SparkConf sparkConf() {
    SparkConf conf = new SparkConf();
    files.forEach(file -> read(file).forEach((key, value) -> conf.set((String) key, ((String) value).strip())));
    for (String pair : confs) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw ConfException.of("--conf", pair, "key=value");
      }
      conf.set(pair.substring(0, equals), pair.substring(equals + 1));
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
