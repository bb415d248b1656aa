package dev.candor.proving.transcript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.field.ToyField;
import dev.candor.proving.hash.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TranscriptTest {

    private static final Field FIELD = Goldilocks.INSTANCE;

    private static final Schedule SCHEDULE = Schedule.named("test")
            .bytes("input", 3)
            .number("batch")
            .digests("roots", 2)
            .zeros("work", 10_000)
            .challengeExtensions("sigma", 2)
            .elements("v", 2)
            .extensions("q", 1)
            .challengePositions("columns", 5)
            .challengeDigest("seed")
            .build();

    /** The messages of one run, each of which a test can change. */
    private static final class Items {
        byte[] input = {1, 2, 3};
        long batch = 32;
        List<Digest> roots = List.of(Digest.sha256(new byte[] {1}), Digest.sha256(new byte[] {2}));
        long[] v = {5, Goldilocks.MODULUS - 1};
        ExtensionVector q = ExtensionVector.of(new Extension(7, 8));
    }

    private static List<Object> run(Items items) {
        List<Object> challenges = new ArrayList<>();
        Transcript transcript = new Transcript(FIELD, SCHEDULE);
        transcript.absorbBytes("input", items.input);
        transcript.absorbNumber("batch", items.batch);
        transcript.absorbDigests("roots", items.roots);
        transcript.absorbZeros("work", 10_000);
        ExtensionVector sigma = transcript.challengeExtensions("sigma", 2);
        challenges.add(sigma.get(0));
        challenges.add(sigma.get(1));
        transcript.absorbElements("v", items.v, 0, 2);
        transcript.absorbExtensions("q", items.q);
        challenges.add(Arrays.toString(transcript.challengePositions("columns", 64, 5)));
        challenges.add(transcript.challengeDigest("seed"));
        challenges.add(transcript.finish());
        return challenges;
    }

    @Test
    void challengesAreTheseBytesForEver() {
        assertThat(run(new Items()).toString())
                .isEqualTo("[Extension[c0=-1608076816430687855, c1=-5686981432449014191], "
                        + "Extension[c0=2954227700680920235, c1=-5498823371226750638], [0, 26, 53, 11, 36], "
                        + "c39d26e235c68be8ca02541c35f0ccb2327dbd804a81260594b2b81022b45a73, "
                        + "c39d26e235c68be8ca02541c35f0ccb2327dbd804a81260594b2b81022b45a73]");
    }

    @Test
    void everyAbsorbedItemChangesTheNextChallenge() {
        List<Object> honest = run(new Items());
        for (int byteAt = 0; byteAt < 3; byteAt++) {
            Items changed = new Items();
            changed.input[byteAt] ^= 1;
            assertDiffersFrom(honest, run(changed), 0);
        }
        Items batch = new Items();
        batch.batch = 33;
        assertDiffersFrom(honest, run(batch), 0);
        Items swapped = new Items();
        swapped.roots = swapped.roots.reversed();
        assertDiffersFrom(honest, run(swapped), 0);
        Items element = new Items();
        element.v[1] = 0;
        assertDiffersFrom(honest, run(element), 2);
        for (int plane = 0; plane < 2; plane++) {
            Items extension = new Items();
            extension.q.plane(plane)[0]++;
            assertDiffersFrom(honest, run(extension), 2);
        }
    }

    private static void assertDiffersFrom(List<Object> honest, List<Object> changed, int from) {
        assertThat(changed.subList(0, from)).isEqualTo(honest.subList(0, from));
        for (int i = from; i < honest.size(); i++) {
            assertThat(changed.get(i)).isNotEqualTo(honest.get(i));
        }
    }

    /** The format written out a second time, with nothing of the class under test. */
    @Test
    void isTheByteStringOfItsDescription() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write("candor-transcript-v1\0".getBytes(StandardCharsets.US_ASCII));
        bytes.write(1);
        bytes.write('s');
        bytes.write(message(1, "in", new byte[] {9, 8}));
        bytes.write(message(16, "alpha", ByteBuffer.allocate(8).putLong(1).array()));
        byte[] seed = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
        byte[] block = MessageDigest.getInstance("SHA-256")
                .digest(ByteBuffer.allocate(37)
                        .put((byte) 2)
                        .put(seed)
                        .putInt(0)
                        .array());
        ByteBuffer stream = ByteBuffer.wrap(block).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        Extension expected = new Extension(stream.getLong(), stream.getLong());

        Schedule schedule = Schedule.named("s")
                .bytes("in", 2)
                .challengeExtensions("alpha", 1)
                .build();
        Transcript transcript = new Transcript(FIELD, schedule);
        transcript.absorbBytes("in", new byte[] {9, 8});
        assertThat(transcript.challengeExtension("alpha")).isEqualTo(expected);
        assertThat(transcript.finish()).isEqualTo(Digest.of(seed));
    }

    private static byte[] message(int kind, String label, byte[] payload) {
        return ByteBuffer.allocate(2 + label.length() + 8 + payload.length)
                .put((byte) kind)
                .put((byte) label.length())
                .put(label.getBytes(StandardCharsets.US_ASCII))
                .putLong(payload.length)
                .put(payload)
                .array();
    }

    @Test
    void refusesEveryCallThatIsNotTheNextStep() {
        Transcript transcript = new Transcript(FIELD, SCHEDULE);
        assertThatThrownBy(() -> transcript.absorbNumber("batch", 1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> transcript.absorbBytes("input", new byte[4]))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> transcript.absorbBytes("other", new byte[3]))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> transcript.challengeExtension("input")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(transcript::finish).isInstanceOf(IllegalStateException.class);
        transcript.absorbBytes("input", new byte[3]);
        assertThatThrownBy(() -> transcript.absorbBytes("input", new byte[3]))
                .isInstanceOf(IllegalStateException.class);
        Transcript empty = new Transcript(FIELD, Schedule.named("empty").build());
        assertThatThrownBy(() -> empty.absorbNumber("more", 1)).hasMessageContaining("ended");
    }

    @Test
    void schedulesOfAnotherNameShareNoChallenge() {
        Set<Digest> seen = new HashSet<>();
        for (String name : List.of("a", "b", "ab")) {
            Schedule schedule = Schedule.named(name).challengeDigest("b").build();
            seen.add(new Transcript(FIELD, schedule).challengeDigest("b"));
        }
        assertThat(seen).hasSize(3);
    }

    @Test
    void refusesLabelsAndCountsThatAreNone() {
        assertThatThrownBy(() -> Schedule.named("")).hasMessageContaining("name");
        assertThatThrownBy(() -> Schedule.named("ok").number("Not")).hasMessageContaining("label");
        assertThatThrownBy(() -> Schedule.named("ok").number("a".repeat(65))).hasMessageContaining("label");
        assertThatThrownBy(() -> Schedule.named("ok").elements("v", -1)).hasMessageContaining("items");
    }

    @Test
    void positionsAreDistinctAndCoverTheRange() {
        Schedule schedule = Schedule.named("all").challengePositions("p", 256).build();
        int[] positions = new Transcript(FIELD, schedule).challengePositions("p", 256, 256);
        assertThat(Arrays.stream(positions).sorted().toArray())
                .isEqualTo(java.util.stream.IntStream.range(0, 256).toArray());
        Transcript transcript = new Transcript(FIELD, schedule);
        assertThatThrownBy(() -> transcript.challengePositions("p", 255, 3)).hasMessageContaining("cannot be drawn");
        assertThatThrownBy(() -> transcript.challengePositions("p", 4, 5)).hasMessageContaining("cannot be drawn");
    }

    @Test
    void elementsOfASmallFieldAreDrawnByRejection() {
        Field toy = new ToyField(17);
        Schedule schedule = Schedule.named("toy").challengeExtensions("c", 4000).build();
        ExtensionVector challenges = new Transcript(toy, schedule).challengeExtensions("c", 4000);
        long[] counts = new long[17];
        for (int plane = 0; plane < 2; plane++) {
            for (long value : challenges.plane(plane)) {
                counts[(int) value]++;
            }
        }
        // 8,000 draws over 17 values: 470 each, with a standard deviation of 21.
        assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(470 - 6 * 21);
        assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(470 + 6 * 21);
    }

    @Test
    void grindingFindsTheSmallestNonceAndRefusesOthers() {
        Digest seed = Digest.sha256("seed".getBytes(StandardCharsets.US_ASCII));
        long nonce = Grinding.search(seed, 10);
        assertThat(Grinding.accepts(seed, nonce, 10)).isTrue();
        for (long smaller = 0; smaller < nonce; smaller++) {
            assertThat(Grinding.accepts(seed, smaller, 10)).isFalse();
        }
        assertThat(Grinding.accepts(seed, nonce + 1, 0)).isTrue();
        assertThat(nonce).isEqualTo(645);
        assertThatThrownBy(() -> Grinding.search(seed, 25)).hasMessageContaining("bits");
    }
}
