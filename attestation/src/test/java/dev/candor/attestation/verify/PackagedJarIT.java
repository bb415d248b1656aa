package dev.candor.attestation.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What is packaged trusts the vendors and can be given no other roots. */
final class PackagedJarIT {
    private static final File JAR = new File(System.getProperty("candor.attestation.jar"));

    @Test
    void holdsNoCertificateNoKeyAndNothingOfTheTests() throws IOException {
        try (JarFile jar = new JarFile(JAR)) {
            List<String> names = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> !name.endsWith("/") && !name.startsWith("META-INF/"))
                    .toList();

            assertThat(names)
                    .isNotEmpty()
                    .allMatch(name -> name.matches("dev/candor/attestation/[a-z]+/[\\w$-]+\\.class"));
            assertThat(names)
                    .contains("dev/candor/attestation/verify/AttestationVerifier.class")
                    .doesNotContain(
                            "dev/candor/attestation/verify/TestPki.class", "dev/candor/attestation/verify/Forge.class");
        }
    }

    @Test
    void letsNobodyGiveRootsOrTakeChecksAway() throws IOException, ReflectiveOperationException {
        try (URLClassLoader classes = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            Class<?> verifier = classes.loadClass("dev.candor.attestation.verify.AttestationVerifier");

            assertThat(verifier.getProtectionDomain().getCodeSource().getLocation())
                    .isEqualTo(JAR.toURI().toURL());
            assertThat(Arrays.stream(verifier.getDeclaredConstructors())
                            .filter(each ->
                                    Modifier.isPublic(each.getModifiers()) || Modifier.isProtected(each.getModifiers()))
                            .map(Constructor::getParameterCount))
                    .containsExactly(0);
            for (String name : List.of("Roots", "Guard", "Chains")) {
                assertThat(Modifier.isPublic(classes.loadClass("dev.candor.attestation.verify." + name)
                                .getModifiers()))
                        .as(name)
                        .isFalse();
            }
            assertThat(Modifier.isFinal(verifier.getModifiers())).isTrue();
        }
    }

    /** The jar before everything else, so that its classes are those that are looked at. */
    private static URL[] classPath() throws MalformedURLException {
        String[] others = System.getProperty("java.class.path").split(File.pathSeparator, -1);
        URL[] urls = new URL[others.length + 1];
        urls[0] = JAR.toURI().toURL();
        for (int i = 0; i < others.length; i++) {
            urls[i + 1] = new File(others[i]).toURI().toURL();
        }
        return urls;
    }
}
