package dev.candor.persistence.ledger.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What validators are sent is read as the one form of what it says, or refused; {@link WireTest} changes single bytes, this looks for any. */
final class WireFuzzTest {
    private static final Map<String, WireSamples.Sample> SAMPLES = WireSamples.all();
    private static final List<WireSamples.Sample> KINDS = new ArrayList<>(SAMPLES.values());

    /** The first byte says as what the others are read. */
    static Stream<byte[]> samples() {
        return Stream.iterate(0, i -> i < KINDS.size(), i -> i + 1)
                .map(i -> new CanonicalWriter(64)
                        .u8(i)
                        .raw(KINDS.get(i).bytes())
                        .toBytes()
                        .toArray());
    }

    @MethodSource("samples")
    @FuzzTest(maxDuration = "10s")
    void messages(byte[] input) {
        if (input.length == 0) {
            return;
        }
        WireSamples.Sample kind = KINDS.get((input[0] & 0xff) % KINDS.size());
        Bytes bytes = Bytes.copyOf(input).slice(1, input.length - 1);
        try {
            assertThat(kind.again().apply(bytes)).isEqualTo(bytes);
        } catch (MalformedBytesException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        }
    }
}
