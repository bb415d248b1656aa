package dev.candor.attestation.evidence;

import dev.candor.attestation.wire.Input;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The bytes of an {@link Attestation}: {@code "CRAT" | u8 1 | u8 kind | key (32) | nonce (32) | fields}, each field a u32 length, most significant byte
 * first, and that many bytes; a list of certificates is a u8 count and as many fields. One attestation has one form.
 */
public final class AttestationCodec {
    /** The largest attestation, in bytes. */
    public static final int MOST_BYTES = 512 << 10;

    /** The largest field, in bytes: a CRL of a vendor with many revoked devices. */
    public static final int MOST_FIELD_BYTES = 256 << 10;

    /** The longest chain of certificates. */
    public static final int MOST_CERTIFICATES = 8;

    private static final byte[] MAGIC = {'C', 'R', 'A', 'T', 1};

    private AttestationCodec() {}

    /** Writes {@code attestation}. */
    public static Octets encode(Attestation attestation) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        out.write(attestation.evidence().kind().code());
        out.writeBytes(attestation.key().toArray());
        out.writeBytes(attestation.nonce().toArray());
        switch (attestation.evidence()) {
            case Evidence.NitroDocument nitro -> field(out, nitro.document());
            case Evidence.DcapQuote dcap -> {
                field(out, dcap.quote());
                fields(dcap.collateral()).forEach(each -> field(out, each));
            }
            case Evidence.SnpReport snp -> {
                field(out, snp.report());
                chain(out, snp.chain());
                chain(out, snp.crl().stream().toList());
            }
            case Evidence.GpuReport gpu -> {
                field(out, gpu.report());
                chain(out, gpu.chain());
            }
            case Evidence.SimulatedStatement statement -> {
                field(out, statement.binding());
                field(out, statement.measurement());
            }
        }
        return Octets.copyOf(out.toByteArray());
    }

    /** Reads {@link #encode}'s form; throws {@link MalformedEvidenceException}. */
    public static Attestation decode(Octets bytes) {
        if (bytes.length() > MOST_BYTES) {
            throw new MalformedEvidenceException(
                    "an attestation has at most " + MOST_BYTES + " bytes, this has " + bytes.length());
        }
        Input in = Input.bigEndian(bytes);
        if (!in.raw("magic and version", MAGIC.length).equals(Octets.copyOf(MAGIC))) {
            throw new MalformedEvidenceException("these bytes do not begin as an attestation of version 1 does");
        }
        int code = in.u8("kind");
        Kind kind = Arrays.stream(Kind.values())
                .filter(each -> each.code() == code)
                .findFirst()
                .orElseThrow(() -> new MalformedEvidenceException("there is no evidence of kind " + code));
        Octets key = in.raw("key", Attestation.KEY_BYTES);
        Octets nonce = in.raw("nonce", Attestation.NONCE_BYTES);
        Evidence evidence = switch (kind) {
            case AWS_NITRO -> new Evidence.NitroDocument(field(in, "document"));
            case INTEL_SGX, INTEL_TDX -> new Evidence.DcapQuote(kind, field(in, "quote"), collateral(in));
            case AMD_SEV_SNP -> new Evidence.SnpReport(field(in, "report"), chain(in, "chain"), crl(in));
            case NVIDIA_GPU -> new Evidence.GpuReport(field(in, "report"), chain(in, "chain"));
            case SIMULATED -> new Evidence.SimulatedStatement(field(in, "binding"), field(in, "measurement"));
        };
        in.end("the attestation");
        return new Attestation(key, nonce, evidence);
    }

    private static List<Octets> fields(Evidence.DcapCollateral collateral) {
        return List.of(
                collateral.tcbInfo(),
                collateral.tcbInfoSignature(),
                collateral.tcbInfoChain(),
                collateral.qeIdentity(),
                collateral.qeIdentitySignature(),
                collateral.qeIdentityChain(),
                collateral.rootCrl(),
                collateral.pckCrl());
    }

    private static Evidence.DcapCollateral collateral(Input in) {
        return new Evidence.DcapCollateral(
                field(in, "TCB info"),
                field(in, "signature of the TCB info"),
                field(in, "chain of the TCB info"),
                field(in, "QE identity"),
                field(in, "signature of the QE identity"),
                field(in, "chain of the QE identity"),
                field(in, "CRL of the root"),
                field(in, "CRL of the PCK certificates"));
    }

    private static Optional<Octets> crl(Input in) {
        List<Octets> list = chain(in, "CRL");
        if (list.size() > 1) {
            throw new MalformedEvidenceException(
                    "a SEV-SNP report comes with at most one CRL, this has " + list.size());
        }
        return list.stream().findFirst();
    }

    private static Octets field(Input in, String name) {
        return in.sized(name, MOST_FIELD_BYTES);
    }

    private static List<Octets> chain(Input in, String name) {
        int count = in.u8(name);
        if (count > MOST_CERTIFICATES) {
            throw new MalformedEvidenceException(
                    name + " has " + count + " elements, at most " + MOST_CERTIFICATES + " are allowed");
        }
        List<Octets> chain = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            chain.add(field(in, name));
        }
        return chain;
    }

    private static void chain(ByteArrayOutputStream out, List<Octets> chain) {
        if (chain.size() > MOST_CERTIFICATES) {
            throw new IllegalArgumentException(
                    "a chain has at most " + MOST_CERTIFICATES + " certificates, this has " + chain.size());
        }
        out.write(chain.size());
        chain.forEach(each -> field(out, each));
    }

    private static void field(ByteArrayOutputStream out, Octets value) {
        int length = value.length();
        out.write(length >>> 24);
        out.write(length >>> 16);
        out.write(length >>> 8);
        out.write(length);
        out.writeBytes(value.toArray());
    }
}
