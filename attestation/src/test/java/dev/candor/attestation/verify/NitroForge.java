package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Evidence;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.wire.Octets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;

/** A Nitro enclave's document. */
final class NitroForge extends Forge {
    Octets pcr0 = Bytes.filled(48, 0xa0);
    Instant made = TestPki.TIME.minusSeconds(10);
    /** Another key than the leaf's, or null. */
    KeyPair signer;

    NitroForge() {
        super(
                Kind.AWS_NITRO,
                new CertSpec("Nitro root", TestPki.p384("Nitro root"), true),
                new CertSpec("Nitro zone", TestPki.p384("Nitro zone"), true),
                new CertSpec("Nitro enclave", TestPki.p384("Nitro enclave"), false));
        allowed.put("PCR0", pcr0);
        allowed.put("PCR1", Bytes.filled(48, 1));
        allowed.put("PCR2", Bytes.filled(48, 2));
    }

    @Override
    Evidence evidence() {
        Octets header = Octets.ofHex("a1013822");
        Octets payload = payload();
        Octets signed = new Bytes()
                .cbor(4, 4)
                .cborText("Signature1")
                .cborBytes(header)
                .cborBytes(Bytes.of(""))
                .cborBytes(payload)
                .done();
        Octets signature = TestPki.sign(signer == null ? leaf.keys : signer, signed);
        return new Evidence.NitroDocument(new Bytes()
                .cbor(4, 4)
                .cborBytes(header)
                .cbor(5, 0)
                .cborBytes(payload)
                .cborBytes(signature)
                .done());
    }

    private Octets payload() {
        List<Octets> chain = chain();
        Bytes out = new Bytes().cbor(5, 9);
        out.cborText("module_id").cborText("i-test-enc0");
        out.cborText("digest").cborText("SHA384");
        out.cborText("timestamp").cbor(0, made.toEpochMilli());
        out.cborText("pcrs").cbor(5, 3).cbor(0, 0).cborBytes(pcr0);
        out.cbor(0, 1).cborBytes(Bytes.filled(48, 1)).cbor(0, 2).cborBytes(Bytes.filled(48, 2));
        out.cborText("certificate").cborBytes(chain.get(0));
        out.cborText("cabundle").cbor(4, 2).cborBytes(chain.get(2)).cborBytes(chain.get(1));
        out.cborText("public_key").cbor(7, 22);
        out.cborText("user_data").cborBytes(binding());
        out.cborText("nonce").cbor(7, 22);
        return out.done();
    }
}
