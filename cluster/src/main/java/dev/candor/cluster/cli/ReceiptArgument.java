package dev.candor.cluster.cli;

import dev.candor.actors.receipt.ExchangeJson;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.value.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;

/** A receipt as people have it: a file (an exchange, an answer's body, base64, or the bytes themselves), or base64 on the command line. */
final class ReceiptArgument {
    private ReceiptArgument() {}

    /** The receipt's bytes, not read yet. */
    static Bytes read(String argument) throws IOException {
        return isFile(argument) ? ofFile(bytes(Path.of(argument))) : ofText(argument);
    }

    /** A file of at most {@link ExchangeJson#MAX_SIZE} bytes. */
    static Bytes bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(ExchangeJson.MAX_SIZE + 1);
            if (bytes.length > ExchangeJson.MAX_SIZE) {
                throw new IllegalArgumentException(
                        file + " has over " + ExchangeJson.MAX_SIZE + " bytes; no exchange of this size is read");
            }
            return Bytes.wrap(bytes);
        }
    }

    private static boolean isFile(String argument) {
        try {
            return Files.isRegularFile(Path.of(argument));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static Bytes ofFile(Bytes content) {
        if (content.length() >= 4
                && content.slice(0, 4).equals(Bytes.wrap("CRCP".getBytes(StandardCharsets.US_ASCII)))) {
            return content;
        }
        String text = new String(content.toArray(), StandardCharsets.UTF_8).strip();
        return text.startsWith("{") ? ExchangeJson.receiptOf(content) : ofText(text);
    }

    private static Bytes ofText(String text) {
        String plain = text.strip().replace('-', '+').replace('_', '/');
        try {
            if (plain.length() <= 2 * Receipt.MAX_SIZE) {
                return Bytes.wrap(Base64.getDecoder().decode(plain));
            }
        } catch (IllegalArgumentException e) {
            // Said below, with what to give instead.
        }
        throw new IllegalArgumentException("a receipt is a file or the base64 of at most " + Receipt.MAX_SIZE
                + " bytes; this is neither: \"" + text.substring(0, Math.min(40, text.length())) + "\"");
    }
}
