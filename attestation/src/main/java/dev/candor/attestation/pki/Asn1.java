package dev.candor.attestation.pki;

import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.io.IOException;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;

/** Reads small ASN.1 values through BouncyCastle, with one way to fail. */
public final class Asn1 {
    private Asn1() {}

    /** What may fail while it reads. */
    @FunctionalInterface
    public interface Reading<T> {
        /** Reads. */
        T read() throws IOException;
    }

    /** Turns whatever a library throws at bytes that it cannot read into a {@link MalformedEvidenceException}. */
    public static <T> T reading(String what, Reading<T> reading) {
        try {
            return reading.read();
        } catch (MalformedEvidenceException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // BouncyCastle says IllegalArgument, IllegalState, ClassCast, Arithmetic and others for one and the same
            // thing.
            throw new MalformedEvidenceException(what + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Reads one DER value in its canonical form. */
    public static ASN1Primitive value(Octets der, String what) {
        DerShape.check(der, what);
        return reading(what, () -> {
            ASN1Primitive value = ASN1Primitive.fromByteArray(der.toArray());
            if (!Octets.copyOf(value.getEncoded(ASN1Encoding.DER)).equals(der)) {
                throw new MalformedEvidenceException(what + " is not in its canonical form");
            }
            return value;
        });
    }
}
