// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.process;

import io.secmoe.jni.Native;
import java.util.Optional;

/** The release that runs here: both parties must run the same. */
public final class CodeVersion {
  private static final String TEXT =
      Optional.ofNullable(CodeVersion.class.getPackage().getImplementationVersion())
              .orElse("unpackaged")
          + ", native "
          + Native.version();

  private CodeVersion() {}

  /** Version of the jar and of the native library, with that of SEAL. */
  public static String text() {
    return TEXT;
  }
}
