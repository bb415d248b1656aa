package dev.candor.proving.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads integer networks back out of the TorchScript files that {@link TorchScriptEmitter} writes. Descriptor and parameters lie in such a
 * file beside the module; they count only where writing them again gives the same file, byte for byte, so what libtorch runs and what is
 * proven are one network. Stateless; safe to share.
 */
public final class NetworkArchive {
    /** The name of the canonical descriptor within a file. */
    static final String DESCRIPTOR = "candor-descriptor.bin";

    /** The name of the parameters within a file. */
    static final String PARAMETERS = "candor-parameters.bin";

    /** The largest file that is looked at: 1 GiB. */
    public static final long MOST_BYTES = 1L << 30;

    private static final String FOLDER = "model/extra/";
    private static final long MOST_DESCRIPTOR_BYTES = 1 << 20;

    private NetworkArchive() {}

    /** An integer network with its file's other property. */
    public static final class Content {
        private final IntegerNetwork network;
        private final boolean wideOutput;

        private Content(IntegerNetwork network, boolean wideOutput) {
            this.network = network;
            this.wideOutput = wideOutput;
        }

        /** The network that the file computes. */
        public IntegerNetwork network() {
            return network;
        }

        /** Whether its output is in double precision. */
        public boolean wideOutput() {
            return wideOutput;
        }
    }

    /**
     * The network of a file, or empty where the file is none that carries one.
     *
     * @throws InvalidNetworkException where it carries one, but is not the file that is written of it
     * @throws IOException where it cannot be read
     */
    public static Optional<Content> read(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry descriptor = zip.getEntry(FOLDER + DESCRIPTOR);
            ZipEntry parameters = zip.getEntry(FOLDER + PARAMETERS);
            if (descriptor == null && parameters == null) {
                return Optional.empty();
            }
            if (descriptor == null || parameters == null || Files.size(file) > MOST_BYTES) {
                throw new InvalidNetworkException("the file carries half an integer network, or more than " + MOST_BYTES
                        + " bytes; register the network.pt that `candor model compile` wrote");
            }
            Architecture architecture = Descriptor.decode(read(zip, descriptor, MOST_DESCRIPTOR_BYTES));
            IntegerNetwork network = ParametersCodec.decode(architecture, read(zip, parameters, Files.size(file)));
            TorchScriptEmitter.Emitted emitted = TorchScriptEmitter.emit(network);
            if (!Arrays.equals(emitted.file(), Files.readAllBytes(file))) {
                throw new InvalidNetworkException("the module in the file is not the integer network that it carries;"
                        + " register the network.pt that `candor model compile` wrote, unchanged");
            }
            return Optional.of(new Content(network, emitted.wideOutput()));
        } catch (ZipException e) {
            return Optional.empty();
        }
    }

    private static byte[] read(ZipFile zip, ZipEntry entry, long most) throws IOException {
        if (entry.getMethod() != ZipEntry.STORED || entry.getSize() < 0 || entry.getSize() > most) {
            throw new InvalidNetworkException(entry.getName() + " is compressed or larger than " + most + " bytes;"
                    + " register the network.pt that `candor model compile` wrote");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            return in.readNBytes((int) entry.getSize());
        }
    }
}
