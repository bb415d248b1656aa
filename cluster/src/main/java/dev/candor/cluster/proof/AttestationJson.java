package dev.candor.cluster.proof;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.attestation.verify.Level;
import dev.candor.cluster.attestation.NodeAttestation;
import dev.candor.cluster.attestation.NodeAttestation.Standing;
import java.util.Locale;
import java.util.Optional;

/** What vouches for keys, in JSON. */
final class AttestationJson {
    private AttestationJson() {}

    /** Of an answer; {@code state} is how its verification stands. */
    static ObjectNode of(Optional<NodeAttestation.Made> made) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (made.isEmpty()) {
            return json.put("state", "unknown").put("reason", "the key that signed the answer is not this node's");
        }
        return standing(json, made.get().standing())
                .put("nonce", made.get().nonce().toHex());
    }

    /** Adds how a key stands. */
    static ObjectNode standing(ObjectNode json, Standing standing) {
        return switch (standing) {
            case Standing.Refused(String check, String why) ->
                json.put("state", "refused").put("check", check).put("reason", why);
            case Standing.Vouched vouched -> {
                json.put("state", state(vouched.level()))
                        .put("level", vouched.level().name())
                        .put("kind", vouched.kind().policyName())
                        .put("release", vouched.release());
                yield vouched.level() == Level.SIMULATED
                        ? json.put("warning", "SIMULATED: software's word, which shows nothing; for development")
                        : json;
            }
        };
    }

    private static String state(Level level) {
        return switch (level) {
            case SIMULATED, DEVICE -> level.name().toLowerCase(Locale.ROOT);
            case TEE -> "attested";
        };
    }
}
