// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.jni.NativeHandle;

/** Closes what a half-open party may have. */
final class Closing {
  private Closing() {}

  static void all(NativeHandle... handles) {
    for (NativeHandle h : handles) {
      if (h != null) {
        h.close();
      }
    }
  }
}
