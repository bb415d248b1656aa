package dev.candor.cluster.evm;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.security.Secp256k1;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A signed transaction: of the first kind with EIP-155's protection against replay on other chains, of EIP-2930's, or of EIP-1559's.
 *
 * @param type 0, 1 or 2
 * @param nonce of the signer
 * @param gas the limit
 * @param price what a unit of it may cost
 * @param to whom it calls, 20 bytes
 * @param data of the call
 * @param signer who signed it, 20 bytes
 * @param hash Keccak-256 of the bytes
 */
record EvmTransaction(
        int type, long nonce, BigInteger gas, BigInteger price, Bytes to, Bytes data, Bytes signer, Digest hash) {
    /** Bytes of a transaction. */
    static final int MAX_SIZE = 480 << 10;

    private static final int SIGNED_LEGACY = 6;
    private static final BigInteger EIP_155 = BigInteger.valueOf(35);

    /**
     * Reads a transaction and finds out who signed it.
     *
     * @param chain the only chain it may be for
     * @throws RefusedException INVALID_REQUEST for what is no such transaction or is for another chain, UNAUTHENTICATED for a signature of nobody's
     */
    static EvmTransaction read(Bytes raw, long chain) {
        if (raw.length() == 0 || raw.length() > MAX_SIZE) {
            throw invalid("a transaction has 1 to " + MAX_SIZE + " bytes; send larger inputs over REST");
        }
        int first = raw.at(0) & 0xff;
        return switch (first) {
            case 1 -> typed(raw, chain, 1, 11);
            case 2 -> typed(raw, chain, 2, 12);
            default -> {
                if (first < 0xc0) {
                    throw invalid("transactions of type " + first + " are not served: send one of type 0, 1 or 2");
                }
                yield legacy(raw, chain);
            }
        };
    }

    private static EvmTransaction legacy(Bytes raw, long chain) {
        List<Rlp.Item> fields = fields(raw, 9);
        BigInteger v = fields.get(6).number("v", 16);
        if (v.compareTo(EIP_155) < 0) {
            throw invalid("this transaction is signed for any chain; sign it for chain id " + chain + " (EIP-155)");
        }
        BigInteger[] parts = v.subtract(EIP_155).divideAndRemainder(BigInteger.TWO);
        requireChain(parts[0], chain);
        List<Bytes> signed = encoded(fields, SIGNED_LEGACY);
        signed.add(Rlp.number(parts[0]));
        signed.add(Rlp.number(BigInteger.ZERO));
        signed.add(Rlp.number(BigInteger.ZERO));
        return of(raw, 0, fields, 0, Secp256k1.keccak(Rlp.list(signed)), parts[1].intValue(), 7);
    }

    private static EvmTransaction typed(Bytes raw, long chain, int type, int count) {
        List<Rlp.Item> fields = fields(raw.slice(1, raw.length() - 1), count);
        requireChain(fields.get(0).number("chain id", 32), chain);
        BigInteger parity = fields.get(count - 3).number("y parity", 1);
        if (parity.bitLength() > 1) {
            throw unsigned("its y parity is neither 0 nor 1");
        }
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.write(type);
        signed.writeBytes(Rlp.list(encoded(fields, count - 3)));
        return of(
                raw,
                type,
                fields,
                type == 2 ? 2 : 1,
                Secp256k1.keccak(signed.toByteArray()),
                parity.intValue(),
                count - 2);
    }

    private static EvmTransaction of(
            Bytes raw, int type, List<Rlp.Item> fields, int price, Digest signed, int parity, int r) {
        int nonce = type == 0 ? 0 : 1;
        int gas = type == 2 ? 4 : nonce + 2;
        byte[] signature = new byte[Secp256k1.SIGNATURE];
        word(fields.get(r).number("r", 32), signature, 0);
        word(fields.get(r + 1).number("s", 32), signature, 32);
        signature[64] = (byte) parity;
        Bytes signer = Secp256k1.signer(signed, Bytes.wrap(signature))
                .orElseThrow(() -> unsigned("its signature is nobody's"));
        if (fields.get(gas + 2).number("value", 32).signum() != 0) {
            throw invalid("this transaction moves value, and there is none here: send it with value 0");
        }
        BigInteger counted = fields.get(nonce).number("nonce", 8);
        if (counted.bitLength() > 62) {
            throw invalid("the nonce is larger than any that will come");
        }
        return new EvmTransaction(
                type,
                counted.longValueExact(),
                fields.get(gas).number("gas", 8),
                fields.get(price == 0 ? 1 : price == 1 ? 2 : 3).number("gas price", 32),
                to(fields.get(gas + 1)),
                fields.get(gas + 3).bytes("data", MAX_SIZE),
                signer,
                Secp256k1.keccak(raw.toArray()));
    }

    private static Bytes to(Rlp.Item field) {
        Bytes to = field.bytes("to", Secp256k1.ADDRESS);
        if (to.length() != Secp256k1.ADDRESS) {
            throw invalid(
                    "this transaction creates a contract, and nothing here runs one: call the inference contract");
        }
        return to;
    }

    private static List<Rlp.Item> fields(Bytes encoded, int count) {
        List<Rlp.Item> fields = Rlp.list(encoded);
        if (fields.size() != count) {
            throw invalid("such a transaction has " + count + " fields, this one has " + fields.size());
        }
        return fields;
    }

    private static List<Bytes> encoded(List<Rlp.Item> fields, int count) {
        List<Bytes> encoded = new ArrayList<>(count + 3);
        fields.subList(0, count).forEach(field -> encoded.add(field.encoded()));
        return encoded;
    }

    private static void word(BigInteger value, byte[] into, int at) {
        byte[] bytes = value.toByteArray();
        int from = bytes.length > 32 ? 1 : 0;
        System.arraycopy(bytes, from, into, at + 32 - (bytes.length - from), bytes.length - from);
    }

    private static void requireChain(BigInteger asked, long chain) {
        if (!asked.equals(BigInteger.valueOf(chain))) {
            throw invalid("invalid chain id for signer: have " + asked + " want " + chain);
        }
    }

    private static RefusedException unsigned(String why) {
        return new RefusedException(ErrorCode.UNAUTHENTICATED, "invalid sender: " + why);
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
