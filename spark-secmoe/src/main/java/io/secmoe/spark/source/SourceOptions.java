// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.source;

import io.secmoe.spark.conf.Nearest;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.Columns;
import io.secmoe.spark.sql.logical.Analysis;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The options of {@code spark.read().format("secmoe")}.
 *
 * @param models true if the served models are to be listed, and no table is read
 * @param format the format of the files
 * @param columns names of the columns that are read and added
 * @param conf keys of the configuration that options change
 * @param inner options of the inner format, paths included
 */
record SourceOptions(
    boolean models,
    String format,
    Columns columns,
    Map<String, String> conf,
    CaseInsensitiveStringMap inner) {
  private static final String INNER = "inner.";
  private static final String PREDICTIONS = "predictions";
  private static final String MODELS = "models";
  private static final List<String> PATHS = List.of("path", "paths");
  private static final List<String> KNOWN =
      List.of(
          "path",
          "paths",
          "format",
          "featuresColumn",
          "tokensColumn",
          "predictionColumn",
          "labelColumn",
          "logitsColumn",
          "embeddingColumn",
          "reasonColumn",
          "pad",
          "strategy",
          "view");

  /** Throws an AnalysisException for unknown options, and values that are not allowed. */
  static SourceOptions of(CaseInsensitiveStringMap options) {
    if (options.containsKey(TableCatalog.PROP_OWNER)) {
      throw Analysis.error(
          "CREATE TABLE ... USING secmoe is not supported: every read of such a table would infer"
              + " and pay anew; keep predictions with CREATE TABLE name AS SELECT ..., or name the"
              + " data source in a session with CREATE TEMPORARY VIEW name USING secmoe OPTIONS"
              + " (format 'parquet', path '...')");
    }
    Map<String, String> inner = new HashMap<>();
    options
        .asCaseSensitiveMap()
        .forEach(
            (name, value) -> {
              if (name.toLowerCase(Locale.ROOT).startsWith(INNER)) {
                inner.put(name.substring(INNER.length()), value);
              } else if (PATHS.contains(name.toLowerCase(Locale.ROOT))) {
                inner.put(name, value);
              } else if (KNOWN.stream().noneMatch(name::equalsIgnoreCase)) {
                throw unknown(name);
              }
            });
    String view = options.getOrDefault("view", PREDICTIONS);
    if (!List.of(PREDICTIONS, MODELS).contains(view)) {
      throw Analysis.error(
          "option 'view' has the value '" + view + "'; allowed: " + PREDICTIONS + ", " + MODELS);
    }
    return new SourceOptions(
        view.equals(MODELS),
        options.getOrDefault("format", "parquet"),
        columns(options),
        conf(options),
        new CaseInsensitiveStringMap(inner));
  }

  private static Columns columns(CaseInsensitiveStringMap options) {
    Columns names = Columns.DEFAULT;
    Columns added =
        new Columns(
            names.given(),
            names.input(),
            options.getOrDefault("predictionColumn", names.prediction()),
            options.getOrDefault("labelColumn", names.label()),
            options.getOrDefault("logitsColumn", names.logits()),
            options.getOrDefault("embeddingColumn", names.embedding()),
            options.getOrDefault("reasonColumn", names.reason()));
    return Analysis.of(
        () ->
            added.reading(
                options.get("featuresColumn"),
                "featuresColumn",
                options.get("tokensColumn"),
                "tokensColumn"));
  }

  private static Map<String, String> conf(CaseInsensitiveStringMap options) {
    Map<String, String> changes = new HashMap<>();
    put(changes, SecMoeConf.FEATURES_PAD.key(), options.get("pad"));
    put(changes, SecMoeConf.STRATEGY.key(), options.get("strategy"));
    return changes;
  }

  private static void put(Map<String, String> changes, String key, String value) {
    if (value != null) {
      changes.put(key, value);
    }
  }

  private static RuntimeException unknown(String name) {
    String remedy =
        Nearest.of(name, KNOWN)
            .map(known -> "; did you mean '" + known + "'?")
            .orElse(
                "; allowed: "
                    + String.join(", ", KNOWN)
                    + ", and "
                    + INNER
                    + "* for options of the inner format");
    return Analysis.error("the data source secmoe has no option '" + name + "'" + remedy);
  }
}
