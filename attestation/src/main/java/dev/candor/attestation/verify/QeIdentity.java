package dev.candor.attestation.verify;

import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.time.Instant;
import java.util.List;

/**
 * Intel's statement on its quoting enclave, version 2.
 *
 * @param id {@code QE} or {@code TD_QE}
 * @param issued from when
 * @param nextUpdate until when
 * @param evaluation number of Intel's evaluation
 * @param miscSelect 4 bytes, as in reports
 * @param miscSelectMask of the bits that matter
 * @param attributes 16 bytes
 * @param attributesMask of the bits that matter
 * @param mrSigner 32 bytes
 * @param product number
 * @param levels from the highest security version
 */
record QeIdentity(
        String id,
        Instant issued,
        Instant nextUpdate,
        int evaluation,
        Octets miscSelect,
        Octets miscSelectMask,
        Octets attributes,
        Octets attributesMask,
        Octets mrSigner,
        int product,
        List<TcbInfo.VersionLevel> levels) {
    static QeIdentity parse(Octets json) {
        IntelJson in = IntelJson.parse(json, "the QE identity");
        if (in.number("version", 100) != 2) {
            throw new MalformedEvidenceException("the QE identity is not of version 2");
        }
        return new QeIdentity(
                in.text("id"),
                in.instant("issueDate"),
                in.instant("nextUpdate"),
                in.number("tcbEvaluationDataNumber", Integer.MAX_VALUE),
                in.hex("miscselect", 4),
                in.hex("miscselectMask", 4),
                in.hex("attributes", 16),
                in.hex("attributesMask", 16),
                in.hex("mrsigner", 32),
                in.number("isvprodid", 65_535),
                TcbInfo.VersionLevel.of(in));
    }

    /** Whether a report is of this enclave, and not of a debug one. */
    boolean is(EnclaveReport report) {
        return report.mrSigner().equals(mrSigner)
                && report.product() == product
                && Masks.agree(report.miscSelect(), miscSelect, miscSelectMask)
                && Masks.agree(report.attributes(), attributes, attributesMask)
                && !report.debug();
    }
}
