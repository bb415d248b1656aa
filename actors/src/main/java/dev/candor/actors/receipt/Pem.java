package dev.candor.actors.receipt;

import dev.candor.actors.value.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** One block of RFC 7468, read strictly: nothing before or behind it, base64 with padding. */
final class Pem {
    private static final int LINE = 64;

    private Pem() {}

    static boolean looksLikeOne(String text) {
        return text.stripLeading().startsWith("-----BEGIN ");
    }

    /** The content of the one block called {@code label}. */
    static Bytes read(String label, String text) throws KeyMaterialException {
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        String stripped = text.strip();
        if (!stripped.startsWith(begin)
                || !stripped.endsWith(end)
                || stripped.length() < begin.length() + end.length()) {
            throw new KeyMaterialException("a PEM of one block \"" + begin + "\" is needed, this is something else");
        }
        String body = stripped.substring(begin.length(), stripped.length() - end.length())
                .replaceAll("[\\r\\n]", "");
        return base64(body).orElseThrow(() -> new KeyMaterialException("the PEM's content is not base64"));
    }

    static String write(String label, byte[] content) {
        String body = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    /** Decodes base64 of one form only: with padding, without unused bits. */
    static Optional<Bytes> base64(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            return Base64.getEncoder().encodeToString(bytes).equals(text)
                    ? Optional.of(Bytes.wrap(bytes))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
