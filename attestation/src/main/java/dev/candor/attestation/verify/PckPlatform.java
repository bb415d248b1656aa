package dev.candor.attestation.verify;

import dev.candor.attestation.pki.Asn1;
import dev.candor.attestation.pki.Certificate;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;

/**
 * What a PCK certificate says of its platform, in Intel's extension.
 *
 * @param fmspc the kind of platform, 6 bytes
 * @param pceId the provisioning enclave, 2 bytes
 * @param components 16 security versions
 * @param pce security version of the provisioning enclave
 */
record PckPlatform(Octets fmspc, Octets pceId, List<Integer> components, int pce) {
    private static final String SGX = "1.2.840.113741.1.13.1";
    private static final String TCB = SGX + ".2";
    private static final int COMPONENTS = 16;

    static PckPlatform of(Certificate certificate) {
        Octets extension = certificate
                .extension(SGX)
                .orElseThrow(() -> new MalformedEvidenceException("the PCK certificate lacks Intel's extension"));
        return Asn1.reading("Intel's extension", () -> {
            Map<String, ASN1Encodable> fields = fields(Asn1.value(extension, "Intel's extension"));
            Map<String, ASN1Encodable> tcb = fields(needed(fields, TCB));
            List<Integer> components = new ArrayList<>(COMPONENTS);
            for (int i = 1; i <= COMPONENTS; i++) {
                components.add(number(needed(tcb, TCB + "." + i), 255));
            }
            return new PckPlatform(
                    bytes(needed(fields, SGX + ".4"), 6),
                    bytes(needed(fields, SGX + ".3"), 2),
                    List.copyOf(components),
                    number(needed(tcb, TCB + ".17"), 65_535));
        });
    }

    private static Map<String, ASN1Encodable> fields(ASN1Encodable value) {
        Map<String, ASN1Encodable> fields = new HashMap<>();
        for (ASN1Encodable each : ASN1Sequence.getInstance(value)) {
            ASN1Sequence pair = ASN1Sequence.getInstance(each);
            if (pair.size() != 2
                    || fields.put(
                                    ASN1ObjectIdentifier.getInstance(pair.getObjectAt(0))
                                            .getId(),
                                    pair.getObjectAt(1))
                            != null) {
                throw new MalformedEvidenceException("Intel's extension has a field that is no pair or repeated");
            }
        }
        return fields;
    }

    private static ASN1Encodable needed(Map<String, ASN1Encodable> fields, String oid) {
        ASN1Encodable value = fields.get(oid);
        if (value == null) {
            throw new MalformedEvidenceException("Intel's extension lacks the field " + oid);
        }
        return value;
    }

    private static int number(ASN1Encodable value, int most) {
        BigInteger number = ASN1Integer.getInstance(value).getValue();
        if (number.signum() < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new MalformedEvidenceException("Intel's extension has a security version of " + number);
        }
        return number.intValueExact();
    }

    private static Octets bytes(ASN1Encodable value, int length) {
        Octets bytes = Octets.copyOf(ASN1OctetString.getInstance(value).getOctets());
        if (bytes.length() != length) {
            throw new MalformedEvidenceException(
                    "Intel's extension has a field of " + bytes.length() + " bytes, not " + length);
        }
        return bytes;
    }
}
