package dev.candor.cluster.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs that are kept: sealed, for a while, up to a size. */
final class RetainedInputsTest {
    private static final Bytes KEY = Bytes.ofHex("ab".repeat(32));
    private static final RequestId ID = new RequestId(3, new UUID(7, 1));
    private static final RequestId OTHER = new RequestId(3, new UUID(7, 2));
    private static final RetainSettings SETTINGS = new RetainSettings(Duration.ofMinutes(10), 2_000, 1_000);

    @TempDir
    Path folder;

    private long now = 1_790_000_000_000L;

    private RetainedInputs inputs(Bytes key) throws IOException {
        return new RetainedInputs(folder, key, SETTINGS, () -> now);
    }

    private static KeptExchange exchange() {
        TensorSpec x = new TensorSpec("confidential", DataType.FP32, Shape.of(-1, 2));
        return new KeptExchange(
                Bytes.ofHex("00".repeat(16)),
                "m",
                "",
                VerificationMode.VANILLA,
                List.of(),
                WholeTensors.tensor(x, 1, new long[] {5, -7}),
                WholeTensors.tensor(x, 1, new long[] {1, 2}));
    }

    @Test
    void keepsWhatOthersCannotReadUntilItsTimeIsOver() throws IOException {
        RetainedInputs inputs = inputs(KEY);
        inputs.keep(ID, exchange());
        assertThat(inputs.find(ID)).contains(exchange());
        assertThat(inputs.find(OTHER)).isEmpty();
        assertThat(inputs.until(ID)).hasValue(now + 600_000);
        assertThat(inputs(KEY).find(ID)).as("after a restart").contains(exchange());
        String file = Files.readString(folder.resolve(ID.toString()), StandardCharsets.ISO_8859_1);
        assertThat(file).doesNotContain("confidential");
        now += 600_000;
        assertThat(inputs.find(ID)).isEmpty();
        assertThat(inputs.until(ID)).isEmpty();
        assertThat(folder.resolve(ID.toString())).exists();
        inputs.sweep();
        assertThat(folder.resolve(ID.toString())).doesNotExist();
    }

    @Test
    void refusesAnotherKeyAnotherRequestAndChangedBytes() throws IOException {
        RetainedInputs inputs = inputs(KEY);
        inputs.keep(ID, exchange());
        assertThatThrownBy(() -> inputs(Bytes.ofHex("ac".repeat(32))).find(ID)).isInstanceOf(IOException.class);
        byte[] file = Files.readAllBytes(folder.resolve(ID.toString()));
        Files.write(folder.resolve(OTHER.toString()), file);
        assertThatThrownBy(() -> inputs.find(OTHER)).hasMessageContaining("is not what was kept");
        for (int i = 11; i < file.length; i += 7) {
            byte[] changed = file.clone();
            changed[i] ^= 1;
            Files.write(folder.resolve(ID.toString()), changed);
            assertThatThrownBy(() -> inputs.find(ID)).as("byte %d", i).isInstanceOf(IOException.class);
        }
        Files.write(folder.resolve(ID.toString()), new byte[5]);
        assertThat(inputs.find(ID)).isEmpty();
    }

    @Test
    void keepsSoManyBytesAndNoMore() throws IOException {
        RetainedInputs inputs = inputs(KEY);
        assertThat(inputs.obstacle(1_001))
                .hasValueSatisfying(why -> assertThat(why).contains("most-of-one"));
        assertThat(inputs.obstacle(1_000)).isEmpty();
        for (int i = 0; inputs.obstacle(1_000).isEmpty(); i++) {
            inputs.keep(new RequestId(1, new UUID(1, i)), exchange());
        }
        assertThat(inputs.obstacle(1_000))
                .hasValueSatisfying(why -> assertThat(why).contains("most-bytes"));
        assertThat(inputs(KEY).obstacle(1_000)).as("after a restart").isPresent();
        now += 600_000;
        inputs.sweep();
        assertThat(inputs.obstacle(1_000)).isEmpty();
    }
}
