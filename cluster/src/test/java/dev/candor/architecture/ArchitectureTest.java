package dev.candor.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

final class ArchitectureTest {
    private static final String ROOT = "dev.candor.";

    /** From the bottom to the top; a folder may use those before it, save for the exceptions named in its rule. */
    private static final List<String> FOLDERS = List.of(
            "torchscript", "proving", "attestation", "actors", "persistence", "gpuconfig", "sharding", "cluster");

    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(place -> !place.contains("-tests.jar"))
            .importPackages("dev.candor");

    private static final ArchRule DECIDERS_ARE_PURE = noClasses()
            .that(describe("are deciders", ArchitectureTest::isDecider))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.pekko..")
            .because("a decider runs under a simulated clock, without actors")
            .allowEmptyShould(true);

    @Test
    void seesTheProductionCode() {
        assertThat(FOLDERS)
                .allSatisfy(folder -> assertThat(PRODUCTION.containPackage(ROOT + folder))
                        .as(folder)
                        .isTrue());
    }

    @Test
    void foldersDependInOneDirection() {
        for (int i = 0; i < FOLDERS.size(); i++) {
            String[] above = FOLDERS.subList(i + 1, FOLDERS.size()).stream()
                    .map(ArchitectureTest::everythingIn)
                    .toArray(String[]::new);
            if (above.length > 0) {
                mayNotUse(FOLDERS.get(i), resideInAnyPackage(above));
            }
        }
        mayNotUse("gpuconfig", resideInAPackage(everythingIn("persistence")));
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(PRODUCTION);
    }

    @Test
    void provingKnowsNothingOfOursButTheFilesOfModels() {
        mayNotUse(
                "proving",
                resideInAPackage("dev.candor..")
                        .and(not(resideInAnyPackage(everythingIn("proving"), everythingIn("torchscript")))));
        for (String folder : List.of("actors", "persistence", "gpuconfig", "sharding")) {
            mayNotUse(folder, resideInAPackage(everythingIn("proving")));
        }
    }

    @Test
    void attestationKnowsNothingOfOursAndIsKnownToTheNodeAlone() {
        mayNotUse(
                "attestation",
                resideInAPackage("dev.candor..").and(not(resideInAPackage(everythingIn("attestation")))));
        for (String folder : List.of("proving", "actors", "persistence", "gpuconfig", "sharding")) {
            mayNotUse(folder, resideInAPackage(everythingIn("attestation")));
        }
    }

    @Test
    void actorsKnowNeitherClusterNorJournal() {
        mayNotUse(
                "actors",
                resideInAnyPackage(
                        "org.apache.pekko.cluster..", "org.apache.pekko.persistence..", "org.apache.pekko.remote.."));
    }

    @Test
    void decidersImportNoPekkoType() {
        DECIDERS_ARE_PURE.check(PRODUCTION);
    }

    @Test
    void catchesADeciderThatImportsPekko() {
        JavaClasses impure = new ClassFileImporter().importClasses(ImpureDecider.class);
        assertThatThrownBy(() -> DECIDERS_ARE_PURE.check(impure)).isInstanceOf(AssertionError.class);
    }

    @Test
    void recordsHoldNoByteArrays() {
        fields().that()
                .areDeclaredInClassesThat()
                .areRecords()
                .and()
                .areNotStatic()
                .should()
                .notHaveRawType(byte[].class)
                .because("an array in a record can be changed from outside and compares by identity")
                .check(PRODUCTION);
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(PRODUCTION.stream()
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(ArchitectureTest::isWrittenByHand)
                        .filter(each -> !each.isAnnotatedWith(NullMarked.class)))
                .isEmpty();
    }

    private static boolean isWrittenByHand(JavaPackage each) {
        return FOLDERS.stream().anyMatch(folder -> (each.getName() + ".").startsWith(ROOT + folder + "."));
    }

    private static boolean isDecider(JavaClass each) {
        String outermost = each.getName().split("\\$", 2)[0];
        return outermost.endsWith("Decider") || each.getSimpleName().endsWith("Decider");
    }

    private static String everythingIn(String folder) {
        return ROOT + folder + "..";
    }

    private static void mayNotUse(String folder, DescribedPredicate<? super JavaClass> others) {
        noClasses()
                .that()
                .resideInAPackage(everythingIn(folder))
                .should()
                .dependOnClassesThat(others)
                .check(PRODUCTION);
    }

    /** What the rule must refuse. */
    private record ImpureDecider(Behavior<String> behavior) {}
}
