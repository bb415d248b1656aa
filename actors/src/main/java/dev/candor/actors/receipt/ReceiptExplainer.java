package dev.candor.actors.receipt;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Digest;
import java.time.Instant;
import java.util.Locale;

/** Renders every field of a receipt, for people and for programs. It explains what is stated, it verifies nothing. */
public final class ReceiptExplainer {
    private static final int LABEL = 18;

    private ReceiptExplainer() {}

    /** One line a field, each with what it means. */
    public static String text(Receipt receipt) {
        ReceiptLeaf leaf = receipt.leaf();
        StringBuilder out = new StringBuilder(2_048);
        line(out, "network", leaf.network(), "digest of the genesis record");
        line(out, "key id", leaf.keyId(), "SHA-256 of the executor's public key");
        line(out, "request id", leaf.id(), "judged by partition " + leaf.id().partition());
        line(out, "caller", leaf.caller(), "pseudonym, only the cluster can compute it");
        line(out, "model", leaf.model().name() + " " + leaf.model().version(), "what ran");
        line(out, "model content", leaf.model().contentId(), "SHA-256 of the model file");
        line(out, "request digest", leaf.requestDigest(), "salted");
        line(out, "answer digest", leaf.answerDigest(), "salted");
        line(out, "requested mode", leaf.requested(), "how the caller wanted it verified");
        line(out, "achieved mode", leaf.achieved(), "reached when the answer was given");
        line(
                out,
                "arithmetic",
                leaf.arithmetic(),
                switch (leaf.arithmetic()) {
                    case FLOAT -> "the model as given, in floating point";
                    case EXACT -> "the quantised integer model, bit-exact everywhere";
                });
        line(out, "device", leaf.device(), "where it ran");
        if (leaf.cached()) {
            line(out, "source", "cache", "computed for an earlier request and kept");
        }
        line(out, "answered at", Instant.ofEpochMilli(leaf.answeredAt()), "on the executor's clock");
        line(out, "leaf hash", MerkleTree.leafHash(leaf.toBytes()), "of all the above");
        line(out, "place", receipt.index() + " of " + receipt.treeSize(), "in the batch, from 0");
        for (int i = 0; i < receipt.path().size(); i++) {
            line(out, "path " + i, receipt.path().get(i), i == 0 ? "siblings from the leaf to the root" : "");
        }
        line(
                out,
                "root",
                receipt.root().map(Digest::toHex).orElse("none: place and path do not fit each other"),
                "what was signed, with network, size and key id");
        line(out, "signature", receipt.signature().toHex(), "Ed25519; this explanation has not checked it");
        return out.toString();
    }

    /** The same as JSON; digests and signature in lower-case hexadecimal digits. */
    public static ObjectNode json(Receipt receipt) {
        ReceiptLeaf leaf = receipt.leaf();
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("receipt_version", Receipt.VERSION);
        ObjectNode fields = out.putObject("leaf");
        fields.put("leaf_version", leaf.version())
                .put("network", leaf.network().toHex())
                .put("key_id", leaf.keyId().toHex())
                .put("request_id", leaf.id().toString())
                .put("caller", leaf.caller().toHex())
                .put("model_name", leaf.model().name())
                .put("model_version", leaf.model().version().toString())
                .put("model_content_id", leaf.model().contentId().toHex())
                .put("request_digest", leaf.requestDigest().toHex())
                .put("answer_digest", leaf.answerDigest().toHex())
                .put("requested", lower(leaf.requested()))
                .put("achieved", lower(leaf.achieved()))
                .put("arithmetic", lower(leaf.arithmetic()))
                .put("device", leaf.device())
                .put("answered_at", Instant.ofEpochMilli(leaf.answeredAt()).toString());
        if (leaf.cached()) {
            fields.put("source", "cache");
        }
        out.put("leaf_hash", MerkleTree.leafHash(leaf.toBytes()).toHex())
                .put("index", receipt.index())
                .put("tree_size", receipt.treeSize());
        ArrayNode path = out.putArray("path");
        receipt.path().forEach(sibling -> path.add(sibling.toHex()));
        receipt.root().ifPresentOrElse(root -> out.put("root", root.toHex()), () -> out.putNull("root"));
        return out.put("signature", receipt.signature().toHex());
    }

    private static void line(StringBuilder out, String label, Object value, String meaning) {
        out.append(label).repeat(' ', LABEL - label.length()).append(value);
        if (!meaning.isEmpty()) {
            out.append("  (").append(meaning).append(')');
        }
        out.append('\n');
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
