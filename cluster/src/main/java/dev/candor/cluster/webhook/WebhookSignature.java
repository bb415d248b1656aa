package dev.candor.cluster.webhook;

import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Signs calls as Standard Webhooks (standardwebhooks.com) has it, with the scheme {@code v1a}: Ed25519 over {@code id.seconds.body}. What is signed begins with
 * {@code msg_}, so it is never what the same key signs as a batch of receipts.
 */
final class WebhookSignature {
    private WebhookSignature() {}

    /** What is signed. */
    static Bytes signed(WebhookMessage message, long seconds) {
        byte[] head = (message.id() + "." + seconds + ".").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + message.body().length()];
        System.arraycopy(head, 0, all, 0, head.length);
        message.body().copyTo(all, head.length);
        return Bytes.wrap(all);
    }

    /** The header {@code webhook-signature}. */
    static String header(SigningKey key, WebhookMessage message, long seconds) {
        if (!message.id().startsWith("msg_")) {
            throw new IllegalArgumentException("ids of messages begin with msg_, not " + message.id());
        }
        return "v1a,"
                + Base64.getEncoder()
                        .encodeToString(key.sign(signed(message, seconds)).toArray());
    }
}
