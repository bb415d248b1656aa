package dev.candor.cluster.opengradient;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.security.Secp256k1;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.InstantSource;
import java.util.Base64;

/**
 * Signs answers of language models as OpenGradient's clients verify them: RSA-PSS (SHA-256, salt of 32 bytes) over Keccak-256 of the hashes of request and answer and
 * the time. The key lies in a file: no hardware vouches for it, and {@code candor_tee} in each answer says so. Thread-safe.
 */
public final class SignedAnswers {
    /** What every answer says of its key. */
    public static final String SIMULATED =
            "SIMULATED: a key in software signed this; it shows who answered, and nothing of any hardware";

    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, Digest.SIZE, 1);

    private final KeyPair key;
    private final String id;
    private final InstantSource clock;

    /** Signs with {@code key}, of RSA. */
    public SignedAnswers(KeyPair key, InstantSource clock) {
        this.key = key;
        this.id = "0x" + Secp256k1.keccak(key.getPublic().getEncoded()).toHex();
        this.clock = clock;
    }

    /** Keccak-256 of the public key as DER, in hexadecimal digits behind 0x. */
    public String id() {
        return id;
    }

    /** The public key as PEM. */
    public String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(key.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /**
     * The fields that an answer gets.
     *
     * @param request the body that was answered
     * @param output the answer's text, or {@link #output} of its calls of tools
     */
    public ObjectNode sign(JsonNode request, String output) {
        long now = clock.instant().getEpochSecond();
        Digest asked = hash(PythonJson.dumps(CanonicalRequest.of(request)));
        Digest answered = hash(output);
        return JsonNodeFactory.instance
                .objectNode()
                .put("tee_signature", Base64.getEncoder().encodeToString(signature(message(asked, answered, now))))
                .put("tee_request_hash", asked.toHex())
                .put("tee_output_hash", answered.toHex())
                .put("tee_timestamp", now)
                .put("tee_id", id)
                .put("candor_tee", SIMULATED);
    }

    /** What stands for the text of an answer that calls tools. */
    public static String output(JsonNode toolCalls) {
        return PythonJson.dumps(toolCalls);
    }

    static Digest hash(String text) {
        return Secp256k1.keccak(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What is signed. */
    static Digest message(Digest request, Digest output, long seconds) {
        return Secp256k1.keccak(ByteBuffer.allocate(3 * Digest.SIZE)
                .put(request.toArray())
                .put(output.toArray())
                .putLong(3 * Digest.SIZE - Long.BYTES, seconds)
                .array());
    }

    private byte[] signature(Digest message) {
        try {
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(PSS);
            signature.initSign(key.getPrivate());
            signature.update(message.toArray());
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every platform signs with RSASSA-PSS", e);
        }
    }
}
