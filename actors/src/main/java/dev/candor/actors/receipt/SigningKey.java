package dev.candor.actors.receipt;

import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * An Ed25519 private key (RFC 8032). In a file it is a PKCS#8 PEM (RFC 8410, section 7) that only its owner may read. Immutable and thread-safe; it never
 * prints its secret.
 */
public final class SigningKey {
    private static final int SEED_SIZE = 32;

    /** What stands before the seed in a PKCS#8 of version 1, the form that OpenSSL writes. */
    private static final Bytes PKCS8_PREFIX = Bytes.ofHex("302e020100300506032b657004220420");

    private static final String PEM_LABEL = "PRIVATE KEY";

    /** A PKCS#8 PEM has 119 bytes; whatever is far larger is another file. */
    private static final int MAX_FILE = 4_096;

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Ed25519PrivateKeyParameters secret;
    private final VerifyingKey publicKey;

    private SigningKey(Ed25519PrivateKeyParameters secret) {
        this.secret = secret;
        this.publicKey = new VerifyingKey(Bytes.wrap(secret.generatePublicKey().getEncoded()));
    }

    /** A new key from {@code random}. */
    public static SigningKey generate(SecureRandom random) {
        return new SigningKey(new Ed25519PrivateKeyParameters(random));
    }

    /** The key of a seed of 32 bytes; the bytes are copied. */
    public static SigningKey ofSeed(Bytes seed) {
        if (seed.length() != SEED_SIZE) {
            throw new IllegalArgumentException("an Ed25519 seed has 32 bytes, this one has " + seed.length());
        }
        return new SigningKey(new Ed25519PrivateKeyParameters(seed.toArray()));
    }

    /** Reads {@link #save}'s file; refuses one that others than its owner may touch. */
    public static SigningKey load(Path file) throws IOException {
        checkPermissions(file);
        if (Files.size(file) > MAX_FILE) {
            throw new KeyMaterialException(file + " is larger than any key; name the PKCS#8 PEM of an Ed25519 key");
        }
        try {
            return ofPem(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (CharacterCodingException e) {
            throw new KeyMaterialException(file + " is not text; name the PKCS#8 PEM of an Ed25519 key");
        } catch (KeyMaterialException e) {
            throw new KeyMaterialException(file + ": " + e.getMessage());
        }
    }

    /** Writes this key to a new file that only its owner may read and syncs it; a file that is there already is never overwritten. */
    public void save(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new KeyMaterialException("the folder " + folder + " for " + file + " is not there; make it first");
        }
        if (Files.getFileAttributeView(folder, PosixFileAttributeView.class) == null) {
            throw new KeyMaterialException(withoutPermissions(file));
        }
        try (FileChannel channel = FileChannel.open(
                file,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer text = ByteBuffer.wrap(toPem().getBytes(StandardCharsets.US_ASCII));
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new KeyMaterialException(file + " is there already; a key is never overwritten, name another file");
        }
    }

    /** The public half. */
    public VerifyingKey publicKey() {
        return publicKey;
    }

    /** The signature of {@code message}: {@value Receipt#SIGNATURE_SIZE} bytes, the same each time. */
    public Bytes sign(Bytes message) {
        byte[] text = message.toArray();
        byte[] signature = new byte[Receipt.SIGNATURE_SIZE];
        secret.sign(Ed25519.Algorithm.Ed25519, null, text, 0, text.length, signature, 0);
        return Bytes.wrap(signature);
    }

    @Override
    public String toString() {
        return "SigningKey[" + publicKey.id() + "]";
    }

    private static SigningKey ofPem(String text) throws KeyMaterialException {
        Bytes der = Pem.read(PEM_LABEL, text);
        int prefix = PKCS8_PREFIX.length();
        if (der.length() != prefix + SEED_SIZE || !der.slice(0, prefix).equals(PKCS8_PREFIX)) {
            throw new KeyMaterialException("the PEM holds no Ed25519 private key in PKCS#8 version 1;"
                    + " `candor keys generate` and `openssl genpkey -algorithm ed25519` write one");
        }
        return ofSeed(der.slice(prefix, SEED_SIZE));
    }

    private String toPem() {
        byte[] der = new byte[PKCS8_PREFIX.length() + SEED_SIZE];
        PKCS8_PREFIX.copyTo(der, 0);
        secret.encode(der, PKCS8_PREFIX.length());
        return Pem.write(PEM_LABEL, der);
    }

    private static void checkPermissions(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            throw new KeyMaterialException(withoutPermissions(file));
        }
        Set<PosixFilePermission> granted;
        try {
            granted = view.readAttributes().permissions();
        } catch (NoSuchFileException e) {
            throw new KeyMaterialException(
                    "the key file " + file + " is not there; `candor keys generate --out " + file + "` makes one");
        }
        if (!OWNER_ONLY.containsAll(granted)) {
            throw new KeyMaterialException("the key file " + file + " has the permissions "
                    + PosixFilePermissions.toString(granted)
                    + ": only its owner may read it; run `chmod 600 " + file + "`");
        }
    }

    private static String withoutPermissions(Path file) {
        return "the file system of " + file
                + " has no POSIX permissions, so nothing keeps others from reading a key there;"
                + " name a file elsewhere";
    }
}
