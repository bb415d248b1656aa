package dev.candor.attestation.pki;

import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates in PEM: blocks behind each other, with nothing but line ends between them, and one zero byte at the end at most, as Intel's quotes have. */
public final class Pem {
    /** The longest text, in bytes. */
    public static final int MOST_BYTES = 64 << 10;

    private static final String BEGIN = "-----BEGIN CERTIFICATE-----\n";
    private static final String END = "-----END CERTIFICATE-----";

    private Pem() {}

    /** The DER of each certificate, at most {@code most} of them; throws {@link MalformedEvidenceException}. */
    public static List<Octets> certificates(Octets text, int most) {
        if (text.length() > MOST_BYTES) {
            throw new MalformedEvidenceException("PEM has at most " + MOST_BYTES + " bytes, this has " + text.length());
        }
        String rest = new String(text.toArray(), StandardCharsets.ISO_8859_1);
        rest = (rest.endsWith("\0") ? rest.substring(0, rest.length() - 1) : rest).replace("\r\n", "\n");
        List<Octets> certificates = new ArrayList<>();
        while (!rest.isEmpty()) {
            int end = rest.indexOf(END);
            if (!rest.startsWith(BEGIN) || end < 0 || certificates.size() == most) {
                throw new MalformedEvidenceException("PEM holds something else than at most " + most + " certificates");
            }
            certificates.add(decode(rest.substring(BEGIN.length(), end)));
            rest = rest.substring(end + END.length());
            rest = rest.startsWith("\n") ? rest.substring(1) : rest;
        }
        return certificates;
    }

    private static Octets decode(String lines) {
        String digits = lines.replace("\n", "");
        try {
            byte[] der = Base64.getDecoder().decode(digits);
            if (!Base64.getEncoder().encodeToString(der).equals(digits)) {
                throw new MalformedEvidenceException("base64 in PEM is not in its canonical form");
            }
            return Octets.copyOf(der);
        } catch (IllegalArgumentException e) {
            throw new MalformedEvidenceException("PEM holds what is not base64", e);
        }
    }
}
