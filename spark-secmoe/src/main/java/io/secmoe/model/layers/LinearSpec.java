// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.layers;

import io.secmoe.linear.LinearShape;

/**
 * y = W·x + bias, both x and y at 12 fraction bits.
 *
 * @param shape of W, with its fraction bits
 * @param bias whether there is one: integers at 12 + weight fraction bits, added before the rescale
 * @param outputBits calibrated: |y| &lt; 2^outputBits
 */
public record LinearSpec(String name, LinearShape shape, boolean bias, int outputBits)
    implements LayerSpec {
  @Override
  public int inputs() {
    return shape.inputs();
  }

  @Override
  public int outputs() {
    return shape.outputs();
  }
}
