package dev.candor.actors.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyTest {
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, ,"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    })
    void signsAsRfc8032Says(String seed, String publicKey, String message, String signature) {
        SigningKey key = SigningKey.ofSeed(Bytes.ofHex(seed));
        Bytes text = Bytes.ofHex(message == null ? "" : message);
        assertThat(key.publicKey().raw().toHex()).isEqualTo(publicKey);
        assertThat(key.sign(text).toHex()).isEqualTo(signature);
        assertThat(key.publicKey().verifies(text, Bytes.ofHex(signature))).isTrue();
        assertThat(key.publicKey().verifies(Bytes.ofHex("ff"), Bytes.ofHex(signature)))
                .isFalse();
    }

    /** The points of order 1, 2, 4 and 8, two non-canonical encodings, and a point of mixed order. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d"
            })
    void refusesKeysThatAreNoPointsOfPrimeOrder(String raw) {
        assertThatThrownBy(() -> new VerifyingKey(Bytes.ofHex(raw)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("prime order");
    }

    @Test
    void refusesASignatureWithTheOrderAdded() {
        SigningKey key = ReceiptFixtures.EXECUTOR;
        Bytes message = Bytes.ofHex("aabb");
        Bytes signature = key.sign(message);
        BigInteger s = littleEndian(signature.slice(32, 32).toArray());
        for (int times = 1; times <= 8; times++) {
            byte[] changed = signature.toArray();
            byte[] sum = s.add(ORDER.multiply(BigInteger.valueOf(times))).toByteArray();
            for (int i = 0; i < 32; i++) {
                changed[32 + i] = i < sum.length ? sum[sum.length - 1 - i] : 0;
            }
            assertThat(key.publicKey().verifies(message, Bytes.wrap(changed))).isFalse();
        }
    }

    @Test
    void refusesSignaturesWhoseRIsOfSmallOrder() {
        // With R neutral and S = 0 the equation holds for every message under a key of order 1; under a real key it
        // must fail anyway.
        byte[] forged = new byte[64];
        forged[0] = 1;
        assertThat(ReceiptFixtures.EXECUTOR.publicKey().verifies(Bytes.EMPTY, Bytes.wrap(forged)))
                .isFalse();
        assertThat(ReceiptFixtures.EXECUTOR.publicKey().verifies(Bytes.EMPTY, Bytes.EMPTY))
                .isFalse();
    }

    @Test
    void savesForTheOwnerOnlyAndComesBack() throws IOException {
        SigningKey key = SigningKey.generate(new SecureRandom());
        Path file = folder.resolve("key.pem");
        key.save(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(SigningKey.load(file).publicKey()).isEqualTo(key.publicKey());
        assertThat(Files.readAllLines(file).getFirst()).isEqualTo("-----BEGIN PRIVATE KEY-----");
    }

    @Test
    void readsWhatOpenSslWrites() throws IOException {
        // The example of RFC 8410, section 10.3.
        Path file = write(
                "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n",
                "rw-------");
        VerifyingKey key = SigningKey.load(file).publicKey();
        String spki =
                "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        assertThat(key.toPem()).isEqualTo(spki);
        assertThat(VerifyingKey.parse(spki)).isEqualTo(key);
        assertThat(VerifyingKey.parse(key.toBase64())).isEqualTo(key);
    }

    @Test
    void neverOverwritesAKey() throws IOException {
        Path file = folder.resolve("key.pem");
        ReceiptFixtures.EXECUTOR.save(file);
        assertThatThrownBy(() -> ReceiptFixtures.STRANGER.save(file))
                .isInstanceOf(KeyMaterialException.class)
                .hasMessageContaining("never overwritten");
        assertThat(SigningKey.load(file).publicKey()).isEqualTo(ReceiptFixtures.EXECUTOR.publicKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx------", "rw-rw-rw-"})
    void refusesAKeyThatOthersMayTouch(String permissions) throws IOException {
        Path file = folder.resolve("key.pem");
        ReceiptFixtures.EXECUTOR.save(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertThatThrownBy(() -> SigningKey.load(file))
                .isInstanceOf(KeyMaterialException.class)
                .hasMessageContaining(permissions)
                .hasMessageContaining("chmod 600 " + file);
    }

    @Test
    void saysWhatIsWrongWithAKeyFile() throws IOException {
        assertThatThrownBy(() -> SigningKey.load(folder.resolve("none.pem")))
                .isInstanceOf(KeyMaterialException.class)
                .hasMessageContaining("candor keys generate");
        for (String content : List.of(
                "",
                "hello",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06\n-----END PRIVATE KEY-----",
                "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----",
                "x".repeat(5_000))) {
            Path file = write(content, "rw-------");
            assertThatThrownBy(() -> SigningKey.load(file))
                    .as(content)
                    .isInstanceOf(KeyMaterialException.class)
                    .hasMessageContaining(file.toString());
        }
        assertThatThrownBy(() -> ReceiptFixtures.EXECUTOR.save(folder.resolve("no/such/folder.pem")))
                .isInstanceOf(KeyMaterialException.class)
                .hasMessageContaining("make it first");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AAAA",
                "not base64 at all!",
                "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE",
                "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuF=",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
            })
    void refusesOtherTextsAsPublicKeys(String text) {
        assertThatThrownBy(() -> VerifyingKey.parse(text)).isInstanceOf(KeyMaterialException.class);
    }

    @Test
    void neverPrintsTheSecret() {
        assertThat(ReceiptFixtures.EXECUTOR.toString())
                .isEqualTo("SigningKey[" + ReceiptFixtures.EXECUTOR.publicKey().id() + "]");
    }

    private Path write(String content, String permissions) throws IOException {
        Path file = Files.createTempFile(folder, "key", ".pem");
        Files.writeString(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    private static BigInteger littleEndian(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return new BigInteger(1, reversed);
    }
}
