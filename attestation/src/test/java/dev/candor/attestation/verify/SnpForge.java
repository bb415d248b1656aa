package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Evidence;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.wire.Octets;
import java.math.BigInteger;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;

/** A SEV-SNP guest's report. */
final class SnpForge extends Forge {
    static final Octets CHIP = Bytes.filled(64, 0xc1);

    int version = 2;
    /** SMT, the bit that must be one, ABI 0.31. */
    long guestPolicy = 1 << 16 | 1 << 17 | 0x1f;

    long vmpl;
    long signerBits;
    Octets chipId = CHIP;
    long bootloader = 3;
    long microcode = 210;
    /** Another key than the leaf's, or null. */
    KeyPair signer;

    Instant crlTo = TestPki.TIME.plusSeconds(60);
    KeyPair crlSigner;
    String crlIssuer = "ARK-Test";
    boolean crl = true;
    BigInteger revokedSerial = BigInteger.ONE;

    SnpForge() {
        super(
                Kind.AMD_SEV_SNP,
                new CertSpec("ARK-Test", TestPki.RSA, true),
                new CertSpec("SEV-Test", TestPki.RSA, true),
                new CertSpec("SEV-VCEK", TestPki.p384("SEV-VCEK"), false));
        int[][] versions = {{1, 3}, {2, 0}, {3, 22}, {8, 210}};
        for (int[] each : versions) {
            leaf.with("1.3.6.1.4.1.3704.1.3." + each[0], false, new ASN1Integer(each[1]));
        }
        leaf.withRaw("1.3.6.1.4.1.3704.1.4", CHIP);
        allowed.put("MEASUREMENT", Bytes.filled(48, 0x3e));
    }

    @Override
    Evidence evidence() {
        long tcb = bootloader | 22L << 48 | microcode << 56;
        Octets signed = new Bytes()
                .little(version, 4)
                .little(7, 4)
                .little(guestPolicy, 8)
                .zeros(32)
                .little(vmpl, 4)
                .little(1, 4)
                .little(tcb, 8)
                .zeros(8)
                .little(signerBits, 4)
                .zeros(4)
                .add(reportData())
                .add(Bytes.filled(48, 0x3e))
                .zeros(32 + 48 + 48 + 32)
                .add(Bytes.filled(32, 0xff))
                .little(tcb, 8)
                .zeros(24)
                .add(chipId)
                .little(tcb, 8)
                .zeros(8)
                .little(tcb, 8)
                .zeros(168)
                .done();
        Octets signature = TestPki.sign(signer == null ? leaf.keys : signer, signed);
        Octets report = new Bytes()
                .add(signed)
                .add(Bytes.padded(Bytes.reversed(signature.slice(0, 48)), 72))
                .add(Bytes.padded(Bytes.reversed(signature.slice(48, 48)), 72))
                .zeros(GuestReport.BYTES - 672 - 144)
                .done();
        List<Octets> chain = chain();
        Octets list = TestPki.crl(
                crlIssuer,
                crlSigner == null ? root.keys : crlSigner,
                TestPki.TIME.minusSeconds(3600),
                crlTo,
                revokedSerial);
        return new Evidence.SnpReport(report, chain, crl ? Optional.of(list) : Optional.empty());
    }
}
