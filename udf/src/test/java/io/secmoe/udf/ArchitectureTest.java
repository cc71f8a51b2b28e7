// SPDX-License-Identifier: Apache-2.0
package io.secmoe.udf;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * SQL functions stand on Spark's side of the engine: no cryptography, no channel; and nothing of
 * the engine knows them.
 */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.secmoe");

  @Test
  void functionsKnowNoCryptographyAndNoChannel() {
    noClasses()
        .that()
        .resideInAPackage("io.secmoe.udf..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.secmoe.jni..",
            "io.secmoe.ring..",
            "io.secmoe.channel..",
            "io.secmoe.party..",
            "io.secmoe.protocol..",
            "io.secmoe.linear..",
            "io.secmoe.moe..",
            "io.secmoe.layer..")
        .check(CLASSES);
  }

  @Test
  void theEngineDoesNotKnowTheFunctions() {
    noClasses()
        .that()
        .resideInAPackage("io.secmoe..")
        .and()
        .resideOutsideOfPackage("io.secmoe.udf..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.secmoe.udf..")
        .check(CLASSES);
  }
}
