package dev.candor.cluster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Bodies as they arrive: whole, in pieces, too long, cut off. */
final class BodiesTest {
    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @Property(tries = 200)
    void gathersPiecesAndGivesTheirMemoryBack(
            @ForAll @Size(max = 20) List<@IntRange(max = 300_000) Integer> pieces, @ForAll boolean announced) {
        int total = pieces.stream().mapToInt(Integer::intValue).sum();
        BodyBudget budget = new BodyBudget(64 << 20);
        BufferedBody body = new BufferedBody(budget, 8 << 20, announced ? total : -1);
        byte[] sent = random(total);
        int at = 0;
        for (int piece : pieces) {
            body.append(Unpooled.wrappedBuffer(sent, at, piece));
            at += piece;
            // Memory follows what came, not what was announced.
            assertThat(budget.used()).isLessThanOrEqualTo(Math.max(1 << 20, 2L * at + 4096));
        }
        assertThat(Arrays.copyOf(body.bytes(), body.length())).isEqualTo(sent);
        body.release();
        body.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void takesABodyOfKnownLengthIntoAnArrayOfThatLength() {
        BufferedBody body = new BufferedBody(new BodyBudget(1 << 20), 1 << 20, 3136);
        body.append(Unpooled.wrappedBuffer(random(1000)));
        body.append(Unpooled.wrappedBuffer(random(2136)));
        assertThat(body.bytes()).hasSize(3136);
    }

    @Test
    void refusesWhatIsOverTheLimitOrTheBudget() {
        BufferedBody limited = new BufferedBody(new BodyBudget(1 << 20), 10, -1);
        assertThatThrownBy(() -> limited.append(Unpooled.wrappedBuffer(new byte[11])))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().code()).isEqualTo(ErrorCode.TOO_LARGE));
        BodyBudget budget = new BodyBudget(100);
        assertThatThrownBy(() -> new BufferedBody(budget, 1000, 101))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().code()).isEqualTo(ErrorCode.OVERLOADED));
        assertThat(budget.used()).isZero();
    }

    @Test
    void streamsAtThePaceOfTheReader() throws Exception {
        BodyStream stream = new BodyStream();
        CompletableFuture<Void> resumed = new CompletableFuture<>();
        stream.onResume(() -> resumed.complete(null));
        byte[] half = random(BodyStream.HIGH / 2);
        assertThat(stream.offer(Unpooled.wrappedBuffer(half))).isTrue();
        assertThat(stream.offer(Unpooled.wrappedBuffer(half))).isFalse();
        stream.end();
        assertThat(stream.readNBytes(half.length)).isEqualTo(half);
        assertThat(stream.readAllBytes()).isEqualTo(half);
        resumed.get(10, TimeUnit.SECONDS);
        assertThat(stream.read()).isEqualTo(-1);
    }

    @Test
    void tellsTheReaderThatABodyBrokeOff() throws Exception {
        BodyStream stream = new BodyStream();
        CompletableFuture<byte[]> reading = CompletableFuture.supplyAsync(() -> {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        });
        stream.offer(Unpooled.wrappedBuffer(new byte[10]));
        stream.fail(new IOException("the client went away"));
        assertThatThrownBy(() -> reading.get(10, TimeUnit.SECONDS)).hasMessageContaining("the client went away");
    }

    @Test
    void readsSingleBytesAndNothing() throws IOException {
        BodyStream stream = new BodyStream();
        stream.offer(Unpooled.wrappedBuffer(new byte[] {(byte) 200}));
        stream.offer(Unpooled.EMPTY_BUFFER);
        stream.end();
        stream.fail(new IOException("too late to matter"));
        assertThat(stream.read(new byte[0], 0, 0)).isZero();
        assertThat(stream.read()).isEqualTo(200);
        assertThat(stream.read()).isEqualTo(-1);
    }

    @Test
    void dropsWhatComesAfterTheReaderHasLeft() throws IOException {
        BodyStream stream = new BodyStream();
        stream.offer(Unpooled.wrappedBuffer(new byte[BodyStream.HIGH]));
        stream.close();
        assertThat(stream.offer(Unpooled.wrappedBuffer(new byte[BodyStream.HIGH])))
                .isTrue();
        assertThat(stream.read()).isEqualTo(-1);
    }
}
