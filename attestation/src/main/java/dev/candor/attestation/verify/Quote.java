package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.AttestationCodec;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.pki.Pem;
import dev.candor.attestation.wire.Input;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.util.List;
import java.util.Optional;

/**
 * A DCAP quote: version 3 for SGX, 4 and 5 for TDX, signed by ECDSA on P-256, with the PCK certificate chain in it.
 *
 * @param kind of the body
 * @param signed header and body, which the attestation key signed
 * @param report the enclave's, for SGX
 * @param domain the trust domain's, for TDX
 * @param signature of the attestation key, r and s
 * @param attestationKey x and y
 * @param qeReport of the quoting enclave, as signed
 * @param qeSignature of the PCK key on it
 * @param qeAuthentication what the quoting enclave hashed beside the attestation key
 * @param chain PCK certificate, intermediate, root
 */
record Quote(
        Kind kind,
        Octets signed,
        Optional<EnclaveReport> report,
        Optional<DomainReport> domain,
        Octets signature,
        Octets attestationKey,
        Octets qeReport,
        Octets qeSignature,
        Octets qeAuthentication,
        List<Octets> chain) {
    private static final Octets INTEL = Octets.ofHex("939a7233f79c4ca9940a0db3957f0607");
    private static final int P256 = 2;
    private static final int SGX = 0;
    private static final int TDX = 0x81;
    private static final int PCK_CHAIN = 5;
    private static final int QE_REPORT = 6;
    private static final int MOST_AUTHENTICATION_BYTES = 1024;
    private static final int MOST_SIGNATURE_BYTES = 32 << 10;
    /** Quoting libraries return buffers with zeros behind the quote. */
    private static final int MOST_PADDING_BYTES = 4096;

    static Quote parse(Octets bytes) {
        Input in = Input.littleEndian(bytes);
        int version = in.u16("the version");
        int keyType = in.u16("the type of the attestation key");
        long tee = in.u32("the TEE");
        in.raw("the security versions", 4);
        if (!in.raw("the vendor", 16).equals(INTEL) || keyType != P256) {
            throw new MalformedEvidenceException(
                    "a quote must come from Intel's quoting enclave and be signed on P-256");
        }
        in.raw("the user data", 20);
        boolean sgx = tee == SGX && version == 3;
        boolean tdx = tee == TDX && (version == 4 || version == 5);
        if (!sgx && !tdx) {
            throw new MalformedEvidenceException(
                    "quotes are of version 3 for SGX and of version 4 or 5 for TDX, this is of version " + version
                            + " for TEE " + tee);
        }
        Optional<EnclaveReport> report = Optional.empty();
        Optional<DomainReport> domain = Optional.empty();
        if (sgx) {
            report = Optional.of(EnclaveReport.read(in));
        } else if (version == 4) {
            domain = Optional.of(DomainReport.read(in, false));
        } else {
            int type = in.u16("the type of the body");
            long size = in.u32("the size of the body");
            if (!(type == 2 && size == DomainReport.BYTES) && !(type == 3 && size == DomainReport.BYTES_1_5)) {
                throw new MalformedEvidenceException(
                        "the body is of type " + type + " with " + size + " bytes, which is none of a trust domain's");
            }
            domain = Optional.of(DomainReport.read(in, type == 3));
        }
        Octets signed = bytes.slice(0, in.position());
        Octets signatures = in.sized("the signatures", MOST_SIGNATURE_BYTES);
        if (in.remaining() > MOST_PADDING_BYTES || !in.rest().isZero()) {
            throw new MalformedEvidenceException("something else than zeros follows the quote");
        }
        return signatures(sgx ? Kind.INTEL_SGX : Kind.INTEL_TDX, signed, report, domain, signatures);
    }

    private static Quote signatures(
            Kind kind,
            Octets signed,
            Optional<EnclaveReport> report,
            Optional<DomainReport> domain,
            Octets signatures) {
        Input in = Input.littleEndian(signatures);
        Octets signature = in.raw("the signature", 64);
        Octets attestationKey = in.raw("the attestation key", 64);
        if (kind == Kind.INTEL_TDX) {
            Octets certification = certification(in, QE_REPORT);
            in.end("the signatures");
            in = Input.littleEndian(certification);
        }
        Octets qeReport = in.raw("the quoting enclave's report", EnclaveReport.BYTES);
        Octets qeSignature = in.raw("the signature on it", 64);
        int length = in.u16("the length of the authentication data");
        if (length > MOST_AUTHENTICATION_BYTES) {
            throw new MalformedEvidenceException("the authentication data has " + length + " bytes");
        }
        Octets authentication = in.raw("the authentication data", length);
        Octets chain = certification(in, PCK_CHAIN);
        in.end("the signatures");
        return new Quote(
                kind,
                signed,
                report,
                domain,
                signature,
                attestationKey,
                qeReport,
                qeSignature,
                authentication,
                Pem.certificates(chain, AttestationCodec.MOST_CERTIFICATES));
    }

    private static Octets certification(Input in, int wanted) {
        int type = in.u16("the type of the certification data");
        if (type != wanted) {
            throw new MalformedEvidenceException(
                    "the certification data is of type " + type + ", " + wanted + " is expected");
        }
        return in.sized("the certification data", MOST_SIGNATURE_BYTES);
    }
}
