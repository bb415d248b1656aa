package dev.candor.persistence.genesis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.fakes.FakeControl;
import dev.candor.persistence.fakes.Fakes;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class GenesisTest {
    private static final Digest KEY = Genesis.digestOfKey(Fakes.bytes("a key of the cluster"));
    private static final Genesis GENESIS = new Genesis("local", 8, 1_700_000_000_000L, KEY);

    @Test
    void keepsItsBytesAndDigest() {
        assertThat(GENESIS.encode().toHex())
                .isEqualTo("01" + "0005" + "6c6f63616c" + "0008" + "0000018bcfe56800" + KEY.toHex());
        assertThat(GENESIS.digest())
                .isEqualTo(Digest.ofHex("f2e917842fe52f9fba4e85e4272973b8a19f7b39b408cb3d443c0b2c7651072e"));
        assertThat(KEY).isEqualTo(Digest.ofHex("cc9be2e9b2928c74f8bb1c436377d49335d94a271982872b1c60e20e4556b82d"));
        assertThat(Genesis.decode(GENESIS.encode())).isEqualTo(GENESIS);
    }

    @Test
    void theFirstNodeBeginsTheNetworkAndOthersJoinIt() {
        GenesisStore store = new GenesisStore(new FakeControl());
        assertThat(store.find().toCompletableFuture().join()).isEmpty();
        assertThat(agree(store, GENESIS)).isEqualTo(GENESIS);
        assertThat(store.find().toCompletableFuture().join()).contains(GENESIS);
        assertThat(agree(store, new Genesis("local", 8, 1_800_000_000_000L, KEY)))
                .isEqualTo(GENESIS);
    }

    @Test
    void refusesANodeOfAnotherNetworkWithBothValues() {
        GenesisStore store = new GenesisStore(new FakeControl());
        agree(store, GENESIS);
        assertThatThrownBy(() -> agree(store, new Genesis("remote", 8, 0, KEY)))
                .hasRootCauseInstanceOf(GenesisMismatchException.class)
                .hasMessageContaining("local")
                .hasMessageContaining("remote")
                .hasMessageContaining("set candor.node.network to");
        assertThatThrownBy(() -> agree(store, new Genesis("local", 16, 0, KEY)))
                .hasMessageContaining("8")
                .hasMessageContaining("16")
                .hasMessageContaining("set candor.node.partitions to 8");
        Digest other = Genesis.digestOfKey(Fakes.bytes("another"));
        assertThatThrownBy(() -> agree(store, new Genesis("local", 8, 0, other)))
                .hasMessageContaining(KEY.toHex())
                .hasMessageContaining(other.toHex());
    }

    @Test
    void joinsTheNetworkOfTheNodeThatWasFaster() {
        FakeControl control = new FakeControl();
        ControlStore late = new ControlStore() {
            private boolean first = true;

            @Override
            public CompletionStage<Optional<Versioned>> read(String key) {
                if (first) {
                    first = false;
                    return CompletableFuture.completedStage(Optional.empty());
                }
                return control.read(key);
            }

            @Override
            public CompletionStage<Boolean> compareAndSet(String key, long expected, Bytes value) {
                agree(new GenesisStore(control), GENESIS);
                return control.compareAndSet(key, expected, value);
            }
        };
        assertThat(agree(new GenesisStore(late), new Genesis("local", 8, 5, KEY)))
                .isEqualTo(GENESIS);
    }

    @Test
    void refusesWhatNoNetworkCanBe() {
        assertThatThrownBy(() -> new Genesis("", 8, 0, KEY)).hasMessageContaining("name");
        assertThatThrownBy(() -> new Genesis("Big Name", 8, 0, KEY)).hasMessageContaining("name");
        assertThatThrownBy(() -> new Genesis("a", 0, 0, KEY)).hasMessageContaining("partitions");
        assertThatThrownBy(() -> new Genesis("a", 257, 0, KEY)).hasMessageContaining("partitions");
        assertThatThrownBy(() -> Genesis.decode(Bytes.ofHex("02"))).isInstanceOf(MalformedBytesException.class);
        assertThatThrownBy(() -> Genesis.decode(Bytes.ofHex("01" + "0001" + "41" + "0008" + "00".repeat(40))))
                .isInstanceOf(MalformedBytesException.class);
    }

    private static Genesis agree(GenesisStore store, Genesis wanted) {
        return store.agree(wanted).toCompletableFuture().join();
    }
}
