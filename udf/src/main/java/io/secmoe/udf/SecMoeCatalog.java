// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import io.secmoe.udf.InferenceCall.Kind;
import java.util.Map;
import org.apache.spark.sql.catalyst.analysis.NoSuchFunctionException;
import org.apache.spark.sql.connector.catalog.FunctionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.functions.UnboundFunction;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The functions under a catalog's name: with {@code
 * spark.sql.catalog.secmoe=io.secmoe.udf.SecMoeCatalog}, {@code secmoe.infer(input)}, {@code
 * secmoe.label(input)} and {@code secmoe.embed(input)}. Needs {@link SecMoeExtensions} as well,
 * which runs them in batches.
 */
public final class SecMoeCatalog implements FunctionCatalog {
  private static final Map<String, Kind> FUNCTIONS =
      Map.of("infer", Kind.INFER, "label", Kind.LABEL, "embed", Kind.EMBED);

  private String name;

  @Override
  public void initialize(String catalog, CaseInsensitiveStringMap options) {
    name = catalog;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Identifier[] listFunctions(String[] namespace) {
    return namespace.length > 0
        ? new Identifier[0]
        : FUNCTIONS.keySet().stream()
            .sorted()
            .map(function -> Identifier.of(namespace, function))
            .toArray(Identifier[]::new);
  }

  @Override
  public UnboundFunction loadFunction(Identifier function) throws NoSuchFunctionException {
    Kind kind = FUNCTIONS.get(function.name().toLowerCase(java.util.Locale.ROOT));
    if (kind == null || function.namespace().length > 0) {
      throw new NoSuchFunctionException(function);
    }
    return CatalogFunction.unbound(kind, name + "." + function.name());
  }
}
