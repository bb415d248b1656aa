package dev.candor.proving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.network.Architecture.Input;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class DescriptorTest {
    private static final Architecture EVERY_LAYER =
            new Architecture(new Input(Shape.of(1, 9, 7), new Range(-128, 127), 0.5), 0.25, Networks.everyLayer());

    @Test
    void encodesTheseBytes() {
        Architecture small = new Architecture(
                new Input(Shape.of(3), new Range(0, 255), 1.0 / 255),
                0.25,
                Networks.chain(new Layer.Dense(3, 2), new Layer.Requantise(1, 7, 0, 127)));

        assertThat(HexFormat.of().formatHex(Descriptor.encode(small)))
                .isEqualTo("63616e646f722d6e6574776f726b00" + "0001" + "01" + "00000003" + "00000000" + "000000ff"
                        + "3f70101010101010" + "3fd0000000000000" + "00000002"
                        + "01" + "00000000" + "00000003" + "00000002"
                        + "03" + "00000001" + "00000001" + "00000007" + "00000000" + "0000007f");
    }

    @Test
    void hashOfEveryLayerStays() {
        assertThat(Descriptor.hexHash(EVERY_LAYER))
                .isEqualTo("6939ccbd72a300528796a26fee84e0960813d3652e6d49200828c336bb82506a");
    }

    @Test
    void decodesWhatItEncodes() {
        byte[] bytes = Descriptor.encode(EVERY_LAYER);
        Architecture decoded = Descriptor.decode(bytes);

        assertThat(decoded.nodes()).isEqualTo(EVERY_LAYER.nodes());
        assertThat(decoded.input()).isEqualTo(EVERY_LAYER.input());
        assertThat(decoded.outputScale()).isEqualTo(EVERY_LAYER.outputScale());
        assertThat(Descriptor.encode(decoded)).isEqualTo(bytes);
    }

    @Test
    void refusesEveryTruncationAndExtension() {
        byte[] bytes = Descriptor.encode(EVERY_LAYER);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> Descriptor.decode(cut)).isInstanceOf(InvalidNetworkException.class);
        }
        byte[] extended = Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> Descriptor.decode(extended)).hasMessage("the descriptor is followed by 1 bytes");
    }

    @Test
    void mutantsAreRefusedOrAreAnotherDescriptor() {
        byte[] bytes = Descriptor.encode(EVERY_LAYER);
        Random random = new Random(5);
        for (int round = 0; round < 20_000; round++) {
            byte[] mutant = bytes.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(Descriptor.encode(Descriptor.decode(mutant))).isEqualTo(mutant);
            } catch (InvalidNetworkException e) {
                assertThat(e).hasMessageNotContaining("null");
            }
        }
    }
}
