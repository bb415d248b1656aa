package dev.candor.cluster.security;

import dev.candor.actors.value.Digest;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * What a caller signs of a request: all of it, for one network, once, and not for long. {@code docs/security.md} has the two forms as wallets need them.
 *
 * @param network digest of the network's genesis record
 * @param method such as {@code POST}
 * @param target path and query as in the request line
 * @param body Keccak-256 of the body as it is sent, of no bytes where there is none
 * @param nonce chosen at random by the caller
 * @param deadline last moment of its use, seconds since 1970-01-01 UTC
 */
record SignedMessage(Digest network, String method, String target, Digest body, Digest nonce, long deadline) {
    private static final Digest DOMAIN_TYPE = text("EIP712Domain(string name,string version,bytes32 salt)");
    private static final Digest TYPE =
            text("CandorRequest(string method,string target,bytes32 body,bytes32 nonce,uint64 deadline)");
    private static final Digest NAME = text("Candor");
    private static final Digest VERSION = text("1");

    /** How a message becomes the digest that is signed. */
    enum Scheme {
        /** Text that a wallet shows ({@code personal_sign}). */
        EIP_191,
        /** Fields that a wallet shows ({@code eth_signTypedData_v4}). */
        EIP_712
    }

    /** What is signed. */
    Digest digest(Scheme scheme) {
        return switch (scheme) {
            case EIP_191 -> {
                byte[] text = text().getBytes(StandardCharsets.UTF_8);
                yield Secp256k1.keccak(join(
                        ("\u0019Ethereum Signed Message:\n" + text.length).getBytes(StandardCharsets.UTF_8), text));
            }
            case EIP_712 -> Secp256k1.keccak(join(new byte[] {0x19, 0x01}, domain().toArray(), struct().toArray()));
        };
    }

    /** The text that EIP-191 has signed. */
    String text() {
        return "Candor request\nnetwork: 0x" + network.toHex() + "\nmethod: " + method + "\ntarget: " + target
                + "\nbody: 0x" + body.toHex() + "\nnonce: 0x" + nonce.toHex() + "\ndeadline: " + deadline;
    }

    private Digest domain() {
        return Secp256k1.keccak(join(DOMAIN_TYPE.toArray(), NAME.toArray(), VERSION.toArray(), network.toArray()));
    }

    private Digest struct() {
        return Secp256k1.keccak(join(
                TYPE.toArray(),
                text(method).toArray(),
                text(target).toArray(),
                body.toArray(),
                nonce.toArray(),
                word(deadline)));
    }

    private static byte[] word(long value) {
        byte[] word = new byte[Digest.SIZE];
        byte[] bytes = BigInteger.valueOf(value).toByteArray();
        System.arraycopy(bytes, 0, word, word.length - bytes.length, bytes.length);
        return word;
    }

    private static Digest text(String text) {
        return Secp256k1.keccak(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
