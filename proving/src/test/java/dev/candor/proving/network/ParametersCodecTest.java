package dev.candor.proving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.network.Architecture.Input;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParametersCodecTest {
    @Test
    void encodesTheseBytes() {
        Architecture architecture = new Architecture(
                new Input(Shape.of(2), new Range(0, 1), 1),
                1,
                Networks.chain(new Layer.Dense(2, 1), new Layer.Flatten()));
        Parameters.Entry dense =
                new Parameters.Entry(ByteTensor.copyOf(new byte[] {-127, 5}), IntTensor.copyOf(new int[] {-2}));
        IntegerNetwork network =
                new IntegerNetwork(architecture, new Parameters(List.of(dense, Parameters.Entry.NONE)));

        assertThat(HexFormat.of().formatHex(ParametersCodec.encode(network)))
                .isEqualTo("63616e646f722d706172616d657465727300" + "0001" + Descriptor.hexHash(architecture) + "8105"
                        + "fffffffe");
    }

    @Test
    void refusesParametersOfAnotherDescriptorAndOtherLengths() {
        IntegerNetwork network = Networks.everyLayer(new Random(1));
        IntegerNetwork other = Networks.everyLayer(new Random(2));
        byte[] bytes = ParametersCodec.encode(network);

        assertThat(ParametersCodec.decode(network.architecture(), bytes).parameters())
                .isEqualTo(network.parameters());
        if (!Descriptor.hexHash(other.architecture()).equals(Descriptor.hexHash(network.architecture()))) {
            assertThatThrownBy(() -> ParametersCodec.decode(other.architecture(), bytes))
                    .hasMessage("the parameters belong to another descriptor");
        }
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ParametersCodec.decode(network.architecture(), cut))
                    .isInstanceOf(InvalidNetworkException.class);
        }
        assertThatThrownBy(() -> ParametersCodec.decode(network.architecture(), Arrays.copyOf(bytes, bytes.length + 3)))
                .hasMessage("the parameters are followed by 3 bytes");
    }

    @Test
    void aFolderGivesBackWhatWasWritten(@TempDir Path directory) throws IOException {
        IntegerNetwork network = Networks.everyLayer(new Random(3));
        Path folder = directory.resolve("a/b");
        NetworkFolder.write(folder, network);
        NetworkFolder.write(folder, network);

        IntegerNetwork read = NetworkFolder.read(folder);
        assertThat(read.parameters()).isEqualTo(network.parameters());
        assertThat(Descriptor.encode(NetworkFolder.readArchitecture(folder)))
                .isEqualTo(Descriptor.encode(network.architecture()));
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("descriptor.bin", "parameters.bin", "network.pt");
        }
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("parameters.bin"))))
                    .isEqualTo("rw-------");
        }
    }
}
