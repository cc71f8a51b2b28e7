package io.secmoe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The package table of the architecture: each package uses only those above it, and knows only what it may. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.secmoe");

  /** In reading order: each may use those before it. */
  private static final List<String> ORDER =
      List.of("jni", "ring", "channel", "party", "protocol", "linear", "moe", "layer", "model", "tokenizer", "flight", "bench", "spark");

  @Test
  void packagesUseOnlyThoseAboveThem() {
    ArchRuleDefinition.classes()
      .that().resideInAnyPackage("io.secmoe..")
      .should(new ArchCondition<>("use only packages above their own") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
          int own = ORDER.indexOf(packageOf(type));
          type.getDirectDependenciesFromSelf().forEach(d -> {
            int other = ORDER.indexOf(packageOf(d.getTargetClass().getBaseComponentType()));
            if (own >= 0 && other > own) {
              events.add(SimpleConditionEvent.violated(d, d.getDescription()));
            }
          });
        }
      }).check(CLASSES);
  }

  @Test
  void ringKnowsOnlyTheNativeCode() {
    noClasses().that().resideInAPackage("io.secmoe.ring..")
      .should().dependOnClassesThat().resideInAnyPackage(others("ring", "jni")).check(CLASSES);
  }

  @Test
  void channelKnowsNoOther() {
    noClasses().that().resideInAPackage("io.secmoe.channel..")
      .should().dependOnClassesThat().resideInAnyPackage(others("channel")).check(CLASSES);
  }

  @Test
  void flightServesChannelsNotModels() {
    noClasses().that().resideInAPackage("io.secmoe.flight..")
      .should().dependOnClassesThat().resideInAnyPackage(others("flight", "channel", "party")).check(CLASSES);
  }

  @Test
  void onlyFlightKnowsFlight() {
    noClasses()
      .that().resideInAPackage("io.secmoe..").and().resideOutsideOfPackage("io.secmoe.flight..")
      .should().dependOnClassesThat().resideInAnyPackage("org.apache.arrow.flight..", "io.grpc..", "io.netty..").check(CLASSES);
  }

  @Test
  void onlySparkKnowsSpark() {
    noClasses()
      .that().resideInAPackage("io.secmoe..").and().resideOutsideOfPackage("io.secmoe.spark..")
      .should().dependOnClassesThat().resideInAPackage("org.apache.spark..").check(CLASSES);
  }

  @Test
  void onlyNativeDeclaresNativeMethods() {
    ArchRuleDefinition.methods()
      .that().areDeclaredInClassesThat().doNotHaveFullyQualifiedName("io.secmoe.jni.Native")
      .should().notHaveModifier(JavaModifier.NATIVE).check(CLASSES);
  }

  @Test
  void secretsAreNotSerializable() {
    noClasses()
      .that().resideInAnyPackage("io.secmoe.jni..", "io.secmoe.ring..", "io.secmoe.party..", "io.secmoe.protocol..", "io.secmoe.linear..",
          "io.secmoe.moe..", "io.secmoe.layer..")
      .and().areNotEnums().and().areNotAssignableTo(Throwable.class)
      .should().implement(java.io.Serializable.class).check(CLASSES);
  }

  private static String packageOf(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith("io.secmoe.") ? name.substring("io.secmoe.".length()).split("\\.")[0] : "";
  }

  private static String[] others(String... allowed) {
    List<String> rest = new ArrayList<>(ORDER);
    rest.removeAll(List.of(allowed));
    return rest.stream().map(p -> "io.secmoe." + p + "..").toArray(String[]::new);
  }
}
