// SPDX-License-Identifier: Apache-2.0
package io.secmoe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The package table of the architecture: each package uses only those above it, and knows only what
 * it may.
 */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.secmoe");

  /** In reading order: each may use those before it, so there is no cycle and no arrow upward. */
  private static final List<String> ORDER =
      List.of(
          "jni",
          "ring",
          "channel",
          "party",
          "protocol.tile",
          "protocol.product",
          "protocol.share",
          "protocol.compare",
          "protocol.select",
          "protocol.function",
          "linear",
          "network",
          "moe",
          "layer",
          "model.checkpoint",
          "model.input",
          "model.layers",
          "model.plaintext",
          "model.family",
          "model.family.switchtransformer",
          "model.family.tokenwise",
          "model.directory",
          "model.calibration",
          "model.inference",
          "tokenizer",
          "flight.tls",
          "flight",
          "spark.conf",
          "spark.process",
          "spark.metrics",
          "spark.memory",
          "spark.task",
          "spark.ui",
          "spark.remote",
          "spark.reporting",
          "spark.rows",
          "spark.attempt",
          "spark.sql.logical",
          "spark.sql.execution",
          "spark.sql.optimizer",
          "spark.source.metrics",
          "spark.source",
          "spark.client",
          "spark.server");

  /** A package with more files than this has more than one idea. */
  private static final int MAX_FILES = 30;

  /** Longer lists of parameters are records, so that each value has its name where it is given. */
  private static final int MAX_PARAMETERS = 8;

  @Test
  void everyPackageHasItsPlace() {
    assertEquals(
        Set.of(),
        CLASSES.stream()
            .map(ArchitectureTest::packageOf)
            .filter(name -> !ORDER.contains(name))
            .collect(Collectors.toSet()),
        "put new packages into ORDER");
  }

  @Test
  void packagesUseOnlyThoseAboveThem() {
    ArchRuleDefinition.classes()
        .that()
        .resideInAnyPackage("io.secmoe..")
        .should(
            new ArchCondition<>("use only packages above their own") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                int own = ORDER.indexOf(packageOf(type));
                type.getDirectDependenciesFromSelf()
                    .forEach(
                        d -> {
                          int other =
                              ORDER.indexOf(packageOf(d.getTargetClass().getBaseComponentType()));
                          if (other > own) {
                            events.add(SimpleConditionEvent.violated(d, d.getDescription()));
                          }
                        });
              }
            })
        .check(CLASSES);
  }

  @Test
  void noPackageIsOverfull() throws IOException {
    List<String> overfull = new ArrayList<>();
    try (Stream<Path> folders = Files.walk(Path.of("src")).filter(Files::isDirectory)) {
      for (Path folder : folders.toList()) {
        try (Stream<Path> files = Files.list(folder)) {
          long count = files.filter(file -> file.toString().endsWith(".java")).count();
          if (count > MAX_FILES) {
            overfull.add(folder + " has " + count + " files");
          }
        }
      }
    }
    assertEquals(List.of(), overfull);
  }

  @Test
  void noListOfParametersIsLong() {
    assertEquals(
        List.of(),
        CLASSES.stream()
            .flatMap(type -> type.getCodeUnits().stream())
            .filter(unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
            .filter(unit -> unit.getRawParameterTypes().size() > MAX_PARAMETERS)
            .map(JavaCodeUnit::getFullName)
            .sorted()
            .toList());
  }

  @Test
  void ringKnowsOnlyTheNativeCode() {
    noClasses()
        .that()
        .resideInAPackage("io.secmoe.ring..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others("ring", "jni"))
        .check(CLASSES);
  }

  @Test
  void channelKnowsNoOther() {
    noClasses()
        .that()
        .resideInAPackage("io.secmoe.channel..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others("channel"))
        .check(CLASSES);
  }

  @Test
  void flightServesChannelsNotModels() {
    noClasses()
        .that()
        .resideInAPackage("io.secmoe.flight..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others("flight", "channel", "party"))
        .check(CLASSES);
  }

  @Test
  void onlyFlightKnowsFlight() {
    noClasses()
        .that()
        .resideInAPackage("io.secmoe..")
        .and()
        .resideOutsideOfPackage("io.secmoe.flight..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.arrow.flight..", "io.grpc..", "io.netty..")
        .check(CLASSES);
  }

  @Test
  void onlySparkKnowsSpark() {
    noClasses()
        .that()
        .resideInAPackage("io.secmoe..")
        .and()
        .resideOutsideOfPackage("io.secmoe.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.spark..")
        .check(CLASSES);
  }

  @Test
  void onlyNativeDeclaresNativeMethods() {
    ArchRuleDefinition.methods()
        .that()
        .areDeclaredInClassesThat()
        .doNotHaveFullyQualifiedName("io.secmoe.jni.Native")
        .should()
        .notHaveModifier(JavaModifier.NATIVE)
        .check(CLASSES);
  }

  @Test
  void secretsAreNotSerializable() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.secmoe.jni..",
            "io.secmoe.ring..",
            "io.secmoe.party..",
            "io.secmoe.protocol..",
            "io.secmoe.linear..",
            "io.secmoe.moe..",
            "io.secmoe.layer..")
        .and()
        .areNotEnums()
        .and()
        .areNotAssignableTo(Throwable.class)
        .should()
        .implement(java.io.Serializable.class)
        .check(CLASSES);
  }

  private static String packageOf(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith("io.secmoe.") ? name.substring("io.secmoe.".length()) : "";
  }

  private static String[] others(String... allowed) {
    return ORDER.stream()
        .filter(
            name ->
                Arrays.stream(allowed)
                    .noneMatch(top -> name.equals(top) || name.startsWith(top + ".")))
        .map(name -> "io.secmoe." + name)
        .toArray(String[]::new);
  }
}
