// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.jni.NativeHandle;

/**
 * Correlated OTs taken from a stock. The native methods that use them up destroy them; {@link
 * #take()} hands them over once.
 */
public final class Correlations extends NativeHandle {
  Correlations(long id) {
    super(id);
  }
}
