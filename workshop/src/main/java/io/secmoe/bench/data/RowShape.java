// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.data;

import io.secmoe.protocol.tile.Tiles;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The amount of work: rows of inputs to rows of outputs. Elementwise operations have rows of one
 * value. In a vector, the first values of all rows come before the second values.
 *
 * @param options the shape as the command line says it
 * @param rows the number of rows
 * @param inputs values in a row of inputs
 * @param outputs values in a row of outputs
 * @param elements elements of a row, for figures per element
 * @param rowsPerTile rows that are worked on at a time
 */
public record RowShape(
    Map<String, Object> options,
    long rows,
    int inputs,
    int outputs,
    int elements,
    long rowsPerTile) {
  /** Makes a shape of {@code --elements} rows of one value. */
  public static RowShape elementwise(Arguments a) {
    return elementwise(a, 1);
  }

  /** Makes a shape of {@code --elements} rows of so many inputs, each with one result. */
  public static RowShape elementwise(Arguments a, int inputs) {
    int elements = a.integer("elements", 131072);
    return new RowShape(Map.of("elements", elements), elements, inputs, 1, 1, Tiles.ELEMENTS);
  }

  /**
   * Makes a shape of so many rows with {@code width} values in and {@code outputs} out; both counts
   * have the options' names.
   */
  public static RowShape rows(String widthName, int width, String rowsName, int rows, int outputs) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put(rowsName, rows);
    options.put(widthName, width);
    return new RowShape(options, rows, width, outputs, width, Math.max(1, Tiles.ELEMENTS / width));
  }

  /** Returns this shape with one more named option. */
  public RowShape with(String name, Object value) {
    Map<String, Object> all = new LinkedHashMap<>(options);
    all.put(name, value);
    return new RowShape(all, rows, inputs, outputs, elements, rowsPerTile);
  }

  /**
   * Returns this shape with fewer rows at a time than the engine's own measure: for operations that
   * the engine does once per row of something wider.
   */
  public RowShape inTilesOf(long most) {
    return new RowShape(options, rows, inputs, outputs, elements, Math.min(rowsPerTile, most));
  }

  public long allElements() {
    return rows * elements;
  }
}
