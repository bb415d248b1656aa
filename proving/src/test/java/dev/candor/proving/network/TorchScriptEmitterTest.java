package dev.candor.proving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.network.Architecture.Input;
import dev.candor.torchscript.ArchiveInspector;
import dev.candor.torchscript.Inspection;
import dev.candor.torchscript.InspectionLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written; that libtorch computes the same integers is tested where libtorch is. */
final class TorchScriptEmitterTest {
    @Test
    void theFilePassesTheInspectionAndIsTheSameEachTime() {
        IntegerNetwork network = Networks.everyLayer(new Random(1));
        byte[] file = TorchScriptEmitter.emit(network).file();

        Inspection inspection = new ArchiveInspector(InspectionLimits.DEFAULT).inspect(ByteBuffer.wrap(file));
        assertThat(inspection.model()).isEqualTo("__torch__.IntegerNetwork");
        assertThat(inspection.operators())
                .contains("torch.im2col", "torch.matmul", "torch.floor", "torch.clamp")
                .doesNotContain("torch.conv2d");
        assertThat(TorchScriptEmitter.emit(network).file()).isEqualTo(file);
    }

    @Test
    void singlePrecisionIsLeftWhereSumsReach24Bits() {
        assertThat(TorchScriptEmitter.emit(dense(131_072)).wideOutput()).isFalse();
        assertThat(TorchScriptEmitter.emit(dense(132_105)).wideOutput()).isTrue();
    }

    @Test
    void refusesSumsThatDoublePrecisionCannotHold() {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            nodes.add(new Node(new Layer.Add(22, 0), List.of(i, i)));
        }
        IntegerNetwork network = Networks.random(new Input(Shape.of(1), new Range(0, 4096), 1), nodes, new Random(0));

        assertThatThrownBy(() -> TorchScriptEmitter.emit(network))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining("node 1 (add) has sums up to")
                .hasMessageEndingWith("which pass 2^53 and so the precision of libtorch");
    }

    /** One weight of 127, and a bias such that the sum is at most 127 * {@code magnitude}. */
    private static IntegerNetwork dense(int magnitude) {
        Architecture architecture = new Architecture(
                new Input(Shape.of(1), new Range(0, 1000), 1), 1, Networks.chain(new Layer.Dense(1, 1)));
        Parameters.Entry entry = new Parameters.Entry(
                ByteTensor.copyOf(new byte[] {127}), IntTensor.copyOf(new int[] {127 * (magnitude - 1000)}));
        return new IntegerNetwork(architecture, new Parameters(List.of(entry)));
    }
}
