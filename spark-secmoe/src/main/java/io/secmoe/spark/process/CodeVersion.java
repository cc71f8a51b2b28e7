// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.process;

import io.secmoe.jni.Native;
import java.util.Optional;

/** The release of the code that runs here. Both parties must run the same one. */
public final class CodeVersion {
  private static final String TEXT =
      Optional.ofNullable(CodeVersion.class.getPackage().getImplementationVersion())
              .orElse("unpackaged")
          + ", native "
          + Native.version();

  private CodeVersion() {}

  /** Returns the version of the jar and of the native library, with that of SEAL. */
  public static String text() {
    return TEXT;
  }
}
