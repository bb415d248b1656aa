package dev.candor.actors.payload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.value.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class TransferTest {
    private static final int CHUNK = PayloadStore.CHUNK;

    private static Bytes payload(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return Bytes.wrap(bytes);
    }

    private static Bytes piece(Bytes payload, int offset) {
        return payload.slice(offset, Math.min(CHUNK, payload.length() - offset));
    }

    /** Whatever is lost, doubled or overtaken: the payload comes out as it was, and never more than a window's pieces are asked for at a time. */
    @Property(tries = 200)
    void survivesLossAndDisorder(
            @ForAll @IntRange(max = 500_000) int length,
            @ForAll @IntRange(min = 1, max = 6) int window,
            @ForAll long seed) {
        Bytes payload = payload(length, seed);
        Random random = new Random(seed);
        Transfer transfer = new Transfer(length, window, 0);
        List<Integer> onTheWay = new ArrayList<>();
        long now = 0;
        for (int round = 0; round < 10_000 && !transfer.complete(); round++) {
            now++;
            int asked = 0;
            for (int offset = transfer.next(); offset >= 0; offset = transfer.next()) {
                onTheWay.add(offset);
                asked++;
            }
            assertThat(asked).isLessThanOrEqualTo((length + CHUNK - 1) / CHUNK);
            if (!onTheWay.isEmpty()) {
                int offset = onTheWay.get(random.nextInt(onTheWay.size()));
                if (random.nextInt(3) > 0) {
                    transfer.arrived(offset, piece(payload, offset), now);
                }
                if (random.nextInt(3) > 0) {
                    onTheWay.remove(Integer.valueOf(offset));
                }
            }
            if (round % 50 == 49) {
                onTheWay.clear();
                transfer.retry(now, now);
            }
        }
        assertThat(transfer.complete()).isTrue();
        assertThat(transfer.payload()).isEqualTo(payload);
    }

    @Test
    void asksForAWindowAtATime() {
        Transfer transfer = new Transfer(5 * CHUNK, 2, 0);
        assertThat(transfer.next()).isZero();
        assertThat(transfer.next()).isEqualTo(CHUNK);
        assertThat(transfer.next()).isEqualTo(-1);
        transfer.arrived(0, Bytes.wrap(new byte[CHUNK]), 1);
        assertThat(transfer.next()).isEqualTo(2 * CHUNK);
        assertThat(transfer.next()).isEqualTo(-1);
    }

    @Test
    void asksAgainOnlyAfterASilence() {
        Transfer transfer = new Transfer(2 * CHUNK, 2, 0);
        transfer.next();
        transfer.next();
        transfer.arrived(0, Bytes.wrap(new byte[CHUNK]), 10);
        transfer.retry(9, 12);
        assertThat(transfer.next()).isEqualTo(-1);
        transfer.retry(10, 12);
        assertThat(transfer.next()).isEqualTo(CHUNK);
        assertThat(transfer.next()).isEqualTo(-1);
    }

    @Test
    void ignoresPiecesThatDoNotFit() {
        Transfer transfer = new Transfer(CHUNK + 10, 2, 0);
        transfer.arrived(1, Bytes.wrap(new byte[CHUNK]), 1);
        transfer.arrived(-CHUNK, Bytes.wrap(new byte[CHUNK]), 1);
        transfer.arrived(2 * CHUNK, Bytes.wrap(new byte[CHUNK]), 1);
        transfer.arrived(CHUNK, Bytes.wrap(new byte[11]), 1);
        transfer.arrived(0, Bytes.wrap(new byte[CHUNK]), 1);
        assertThat(transfer.complete()).isFalse();
        transfer.arrived(CHUNK, Bytes.wrap(new byte[10]), 1);
        assertThat(transfer.complete()).isTrue();
    }

    @Test
    void anEmptyPayloadIsComplete() {
        assertThat(new Transfer(0, 2, 0).complete()).isTrue();
    }
}
