// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.operation;

import io.secmoe.bench.data.Arguments;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** All protocols that can be measured alone, by name. */
public final class Operations {
  private static final Map<String, Function<Arguments, Operation>> BY_NAME = byName();

  private Operations() {}

  private static Map<String, Function<Arguments, Operation>> byName() {
    Map<String, Function<Arguments, Operation>> all = new LinkedHashMap<>();
    all.put("rescale", RingOperations::rescale);
    all.put("compare", RingOperations::compare);
    all.put("mux", RingOperations::mux);
    all.put("b2a", RingOperations::bitToArithmetic);
    all.put("product", RingOperations::product);
    all.put("square", RingOperations::square);
    all.put("matmul", MatrixOperations::product);
    all.put("relu", Functions::relu);
    all.put("gelu", Functions::gelu);
    all.put("gelu-tanh", Functions::geluTanh);
    all.put("gelu-paper", Functions::geluPaper);
    all.put("silu", Functions::silu);
    all.put("exp", Functions::exp);
    all.put("reciprocal", Functions::reciprocal);
    all.put("rsqrt", Functions::reciprocalRoot);
    all.put("softmax", RowOperations::softmax);
    all.put("rmsnorm", RowOperations::rmsNorm);
    all.put("layernorm", RowOperations::layerNorm);
    all.put("top1", RowOperations::top1);
    all.put("topk", RowOperations::topK);
    return Collections.unmodifiableMap(all);
  }

  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /** Returns the operation that {@code --name} asks for, in the shape of the other options. */
  public static Operation of(Arguments a) {
    String name = a.text("name", "gelu");
    Function<Arguments, Operation> operation = BY_NAME.get(name);
    if (operation == null) {
      throw new IllegalArgumentException(
          "no operation is called '" + name + "'; there are " + names());
    }
    return operation.apply(a);
  }
}
