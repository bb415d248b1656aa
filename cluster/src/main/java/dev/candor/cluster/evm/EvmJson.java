package dev.candor.cluster.evm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.security.Secp256k1;
import java.math.BigInteger;
import java.util.List;
import org.bouncycastle.util.encoders.DecoderException;
import org.bouncycastle.util.encoders.Hex;

/** Ethereum's JSON: quantities and data in hexadecimal digits, receipts and logs. Stateless. */
final class EvmJson {
    private static final int BLOOM = 256;

    private EvmJson() {}

    static String quantity(long value) {
        return "0x" + Long.toHexString(value);
    }

    static String quantity(BigInteger value) {
        return "0x" + value.toString(16);
    }

    static String data(Bytes bytes) {
        return "0x" + bytes.toHex();
    }

    static String data(Digest digest) {
        return "0x" + digest.toHex();
    }

    /** Bytes that a client sent. */
    static Bytes bytes(String field, String text, int most) {
        if (text.startsWith("0x") && text.length() % 2 == 0 && text.length() / 2 - 1 <= most) {
            try {
                return Bytes.wrap(Hex.decodeStrict(text, 2, text.length() - 2));
            } catch (DecoderException e) {
                throw invalid(field + " must be 0x and hexadecimal digits");
            }
        }
        throw invalid(field + " must be 0x and an even number of hexadecimal digits, of at most " + most + " bytes");
    }

    /** Bytes of a length that is fixed. */
    static Bytes exactly(String field, String text, int length) {
        Bytes bytes = bytes(field, text, length);
        if (bytes.length() != length) {
            throw invalid(field + " must be " + length + " bytes");
        }
        return bytes;
    }

    /** The receipt of a transaction that has ended. */
    static ObjectNode receipt(EvmTransaction transaction, EvmTransactions.Outcome outcome) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("transactionHash", data(transaction.hash()))
                .put("transactionIndex", "0x0")
                .put("blockHash", data(outcome.blockHash()))
                .put("blockNumber", quantity(outcome.block()))
                .put("from", data(transaction.signer()))
                .put("to", data(transaction.to()))
                .put("status", outcome.succeeded() ? "0x1" : "0x0")
                .put("type", quantity(transaction.type()))
                .put("gasUsed", quantity(outcome.gas()))
                .put("cumulativeGasUsed", quantity(outcome.gas()))
                .put("effectiveGasPrice", "0x0")
                .put("logsBloom", "0x" + Hex.toHexString(bloom(outcome.events())))
                .putNull("contractAddress");
        ArrayNode logs = json.putArray("logs");
        int index = 0;
        for (InferenceContract.Event event : outcome.events()) {
            ObjectNode log = logs.addObject()
                    .put("address", data(event.address()))
                    .put("data", data(event.data()))
                    .put("blockNumber", quantity(outcome.block()))
                    .put("blockHash", data(outcome.blockHash()))
                    .put("transactionHash", data(transaction.hash()))
                    .put("transactionIndex", "0x0")
                    .put("logIndex", quantity(index++))
                    .put("removed", false);
            log.putArray("topics").add(data(event.topic()));
        }
        if (!outcome.reason().isEmpty()) {
            json.put("revertReason", outcome.reason());
        }
        return json;
    }

    /** A transaction as it was sent. */
    static ObjectNode transaction(EvmTransactions.Entry entry, long chain) {
        EvmTransaction transaction = entry.transaction();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("hash", data(transaction.hash()))
                .put("type", quantity(transaction.type()))
                .put("chainId", quantity(chain))
                .put("nonce", quantity(transaction.nonce()))
                .put("from", data(transaction.signer()))
                .put("to", data(transaction.to()))
                .put("gas", quantity(transaction.gas()))
                .put("gasPrice", quantity(transaction.price()))
                .put("value", "0x0")
                .put("input", data(transaction.data()));
        entry.outcome()
                .ifPresentOrElse(
                        outcome -> json.put("blockHash", data(outcome.blockHash()))
                                .put("blockNumber", quantity(outcome.block()))
                                .put("transactionIndex", "0x0"),
                        () -> json.putNull("blockHash").putNull("blockNumber").putNull("transactionIndex"));
        return json;
    }

    /** The filter over addresses and topics of logs: the yellow paper, 4.3.1. */
    private static byte[] bloom(List<InferenceContract.Event> events) {
        byte[] bloom = new byte[BLOOM];
        for (InferenceContract.Event event : events) {
            add(bloom, event.address());
            add(bloom, event.topic().toBytes());
        }
        return bloom;
    }

    private static void add(byte[] bloom, Bytes entry) {
        byte[] hash = Secp256k1.keccak(entry.toArray()).toArray();
        for (int i = 0; i < 6; i += 2) {
            int bit = ((hash[i] << 8) | (hash[i + 1] & 0xff)) & 0x7ff;
            bloom[BLOOM - 1 - bit / 8] |= (byte) (1 << (bit % 8));
        }
    }

    static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
