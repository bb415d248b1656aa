package dev.candor.proving.field.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the generated loops with what the generator writes, white space aside; {@code -Dcandor.generate=true} writes them. */
class KernelGeneratorTest {

    static Stream<Arithmetic> fields() {
        return Stream.of(new GoldilocksArithmetic(), new Mersenne61Arithmetic());
    }

    @ParameterizedTest
    @MethodSource("fields")
    void theLoopsAreTheGenerated(Arithmetic arithmetic) throws IOException {
        Path file = Path.of("src/main/java/dev/candor/proving/field", arithmetic.className() + ".java");
        String generated = new KernelGenerator(arithmetic).generate();
        if (Boolean.getBoolean("candor.generate")) {
            Files.writeString(file, generated);
        }
        assertThat(Files.readString(file)).isEqualToIgnoringWhitespace(generated);
    }
}
