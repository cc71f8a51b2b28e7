// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.checkpoint;

import java.util.List;

/**
 * A tensor as the header of a safetensors file declares it.
 *
 * @param begin first byte, counted from the end of the header
 * @param end byte after the last one
 */
record TensorHeader(String name, DataType type, List<Long> shape, long begin, long end) {
  long elements() {
    return (end - begin) / type.bytes();
  }
}
