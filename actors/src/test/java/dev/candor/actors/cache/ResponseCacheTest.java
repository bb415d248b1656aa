package dev.candor.actors.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class ResponseCacheTest {
    private static final ModelRef MODEL = model(1);

    private static ModelRef model(int content) {
        return new ModelRef("m", ModelVersion.FIRST, new Digest(content, 0, 0, 0));
    }

    private static Digest request(int number) {
        return new Digest(0, 0, 0, number);
    }

    private static List<Tensor> outputs(int bytes) {
        return List.of(new Tensor("y", DataType.UINT8, Shape.of(1, bytes), Bytes.wrap(new byte[bytes])));
    }

    @Test
    void givesBackWhatWasKeptForTheSameRequestToTheSameContent() {
        ResponseCache cache = new ResponseCache(CacheSettings.of(ConfigFactory.load()));
        cache.keep(MODEL, request(1), outputs(4), "cpu:0");
        assertThat(cache.find(MODEL, request(1))).contains(new CachedAnswer(outputs(4), "cpu:0"));
        assertThat(cache.find(MODEL, request(2))).isEmpty();
        assertThat(cache.find(model(2), request(1))).as("other weights").isEmpty();
    }

    @Test
    void theLeastRecentlyUsedLeavesFirst() {
        ResponseCache cache = new ResponseCache(new CacheSettings(1 << 20, 2, 1 << 20));
        cache.keep(MODEL, request(1), outputs(4), "cpu:0");
        cache.keep(MODEL, request(2), outputs(4), "cpu:0");
        assertThat(cache.find(MODEL, request(1))).isPresent();
        cache.keep(MODEL, request(3), outputs(4), "cpu:0");
        assertThat(cache.find(MODEL, request(2))).isEmpty();
        assertThat(cache.find(MODEL, request(1))).isPresent();
        assertThat(cache.find(MODEL, request(3))).isPresent();
    }

    @Test
    void keepsNoLargeAnswersAndNoneWhereItIsOff() {
        ResponseCache small = new ResponseCache(new CacheSettings(1 << 20, 10, 1000));
        small.keep(MODEL, request(1), outputs(1000), "cpu:0");
        assertThat(small.entries()).isZero();
        ResponseCache off = new ResponseCache(new CacheSettings(0, 10, 1000));
        off.keep(MODEL, request(1), outputs(1), "cpu:0");
        assertThat(off.entries()).isZero();
        ResponseCache none = new ResponseCache(new CacheSettings(1 << 20, 0, 1000));
        none.keep(MODEL, request(1), outputs(1), "cpu:0");
        assertThat(none.entries()).isZero();
        assertThatThrownBy(() -> new CacheSettings(-1, 0, 0)).hasMessageContaining("candor.cache");
    }

    @Test
    void doesNotHoldOnToTheBatchItsAnswersWereSlicedFrom() {
        ResponseCache cache = new ResponseCache(new CacheSettings(1 << 20, 10, 1 << 20));
        byte[] batch = new byte[64];
        cache.keep(
                MODEL,
                request(1),
                List.of(new Tensor(
                        "y", DataType.UINT8, Shape.of(1, 4), Bytes.wrap(batch).slice(8, 4))),
                "cpu:0");
        batch[8] = 1;
        assertThat(cache.find(MODEL, request(1))
                        .orElseThrow()
                        .outputs()
                        .getFirst()
                        .data())
                .isEqualTo(Bytes.wrap(new byte[4]));
    }

    @Property(tries = 300)
    void staysWithinItsBounds(@ForAll List<@IntRange(min = 0, max = 4_000) Integer> sizes) {
        ResponseCache cache = new ResponseCache(new CacheSettings(8_000, 5, 3_000));
        for (int i = 0; i < sizes.size(); i++) {
            cache.keep(MODEL, request(i % 7), outputs(sizes.get(i)), "cpu:0");
            assertThat(cache.bytes()).isBetween(0L, 8_000L);
            assertThat(cache.entries()).isLessThanOrEqualTo(5);
        }
        long sum = 0;
        for (int i = 0; i < 7; i++) {
            sum += cache.find(MODEL, request(i)).map(CachedAnswer::bytes).orElse(0L);
        }
        assertThat(cache.bytes()).as("what it counts is what it holds").isEqualTo(sum);
    }
}
