package dev.candor.attestation.verify;

import dev.candor.attestation.policy.SnpTcb;
import dev.candor.attestation.wire.Input;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A SEV-SNP attestation report of version 2, 3 or 5, as AMD's "SEV Secure Nested Paging Firmware ABI" lays it out.
 *
 * @param signed the first 672 bytes
 * @param policy the launch's 64 policy bits
 * @param vmpl privilege level that asked, 0 the highest
 * @param signer bits on the signing key
 * @param reported security versions
 * @param chipId 64 bytes
 * @param measured measurements by name
 * @param reportData 64 bytes
 * @param r of the signature, 72 bytes, least significant first
 * @param s likewise
 */
record GuestReport(
        Octets signed,
        long policy,
        long vmpl,
        long signer,
        SnpTcb reported,
        Octets chipId,
        SortedMap<String, Octets> measured,
        Octets reportData,
        Octets r,
        Octets s) {
    static final int BYTES = 0x4a0;

    private static final int SIGNED_BYTES = 0x2a0;
    private static final int ECDSA_P384 = 1;
    private static final int MIGRATION_BIT = 18;
    private static final int ONE_BIT = 17;
    private static final int DEBUG_BIT = 19;
    /** Policy bits from here on are not defined. */
    private static final int DEFINED_BITS = 26;

    static GuestReport parse(Octets bytes) {
        if (bytes.length() != BYTES) {
            throw new MalformedEvidenceException(
                    "a SEV-SNP report has " + BYTES + " bytes, this has " + bytes.length());
        }
        Input in = Input.littleEndian(bytes);
        long version = in.u32("the version");
        if (version != 2 && version != 3 && version != 5) {
            throw new MalformedEvidenceException(
                    "SEV-SNP reports of version 2, 3 and 5 are known, this is of version " + version);
        }
        SortedMap<String, Octets> measured = new TreeMap<>();
        measured.put("GUEST_SVN", in.raw("GUEST_SVN", 4));
        long policy = in.bits64("POLICY");
        measured.put("FAMILY_ID", in.raw("FAMILY_ID", 16));
        measured.put("IMAGE_ID", in.raw("IMAGE_ID", 16));
        long vmpl = in.u32("VMPL");
        if (in.u32("SIGNATURE_ALGO") != ECDSA_P384) {
            throw new MalformedEvidenceException("a SEV-SNP report is signed by ECDSA on P-384 with SHA-384");
        }
        in.raw("CURRENT_TCB and PLATFORM_INFO", 16);
        long signer = in.u32("the signing key's bits");
        zero(in, 4);
        Octets reportData = in.raw("REPORT_DATA", 64);
        measured.put("MEASUREMENT", in.raw("MEASUREMENT", 48));
        measured.put("HOST_DATA", in.raw("HOST_DATA", 32));
        measured.put("ID_KEY_DIGEST", in.raw("ID_KEY_DIGEST", 48));
        measured.put("AUTHOR_KEY_DIGEST", in.raw("AUTHOR_KEY_DIGEST", 48));
        in.raw("REPORT_ID and REPORT_ID_MA", 64);
        SnpTcb reported = SnpTcb.of(in.bits64("REPORTED_TCB"));
        if (version > 2) {
            in.raw("the processor's family, model and stepping", 3);
        }
        zero(in, 0x1a0 - in.position());
        Octets chipId = in.raw("CHIP_ID", 64);
        in.raw("versions of the firmware", 0x1f8 - in.position());
        if (version >= 5) {
            in.raw("mitigation vectors", 16);
        }
        zero(in, SIGNED_BYTES - in.position());
        Octets r = in.raw("R", 72);
        Octets s = in.raw("S", 72);
        zero(in, in.remaining());
        return new GuestReport(
                bytes.slice(0, SIGNED_BYTES), policy, vmpl, signer, reported, chipId, measured, reportData, r, s);
    }

    boolean debug() {
        return bit(DEBUG_BIT);
    }

    /** Whether no migration agent may take the guest along, it runs at the highest privilege, and no policy bit is unknown. */
    boolean attributesHold() {
        return bit(ONE_BIT) && !bit(MIGRATION_BIT) && policy >>> DEFINED_BITS == 0 && vmpl == 0;
    }

    /** Whether the chip's own key (VCEK) signed, and the chip's identity is not masked. */
    boolean signedByChip() {
        return (signer & ~1L) == 0;
    }

    private boolean bit(int index) {
        return (policy >>> index & 1) == 1;
    }

    private static void zero(Input in, int length) {
        if (!in.raw("reserved", length).isZero()) {
            throw new MalformedEvidenceException("a reserved field of the SEV-SNP report is not zero");
        }
    }
}
