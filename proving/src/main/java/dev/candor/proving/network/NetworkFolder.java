package dev.candor.proving.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A compiled network as files: {@value #DESCRIPTOR} is public; {@value #PARAMETERS} and {@value #TORCHSCRIPT} hold the weights, so only
 * their owner may read them.
 */
public final class NetworkFolder {
    /** The canonical descriptor. */
    public static final String DESCRIPTOR = "descriptor.bin";

    /** Weights and biases. */
    public static final String PARAMETERS = "parameters.bin";

    /** The same network for libtorch. */
    public static final String TORCHSCRIPT = "network.pt";

    private static final long MOST_DESCRIPTOR_BYTES = 1 << 20;

    private NetworkFolder() {}

    /** Writes the three files, each as a whole or not at all; the folder is made where it is missing. */
    public static void write(Path folder, IntegerNetwork network) throws IOException {
        Files.createDirectories(folder);
        put(folder.resolve(PARAMETERS), ParametersCodec.encode(network), true);
        put(folder.resolve(TORCHSCRIPT), TorchScriptEmitter.emit(network).file(), true);
        put(folder.resolve(DESCRIPTOR), Descriptor.encode(network.architecture()), false);
    }

    /** Reads the public file; {@link InvalidNetworkException} where it is none. */
    public static Architecture readArchitecture(Path folder) throws IOException {
        Path file = folder.resolve(DESCRIPTOR);
        if (Files.size(file) > MOST_DESCRIPTOR_BYTES) {
            throw new InvalidNetworkException(file + " has more than " + MOST_DESCRIPTOR_BYTES + " bytes");
        }
        return Descriptor.decode(Files.readAllBytes(file));
    }

    /** Reads descriptor and parameters; {@link InvalidNetworkException} where they are none or do not fit each other. */
    public static IntegerNetwork read(Path folder) throws IOException {
        return ParametersCodec.decode(readArchitecture(folder), Files.readAllBytes(folder.resolve(PARAMETERS)));
    }

    private static void put(Path file, byte[] content, boolean secret) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        boolean posix = Files.getFileAttributeView(
                        file.toAbsolutePath().getParent(), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                != null;
        if (secret && posix) {
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(part, content);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
