package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Evidence;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.wire.Octets;
import java.security.KeyPair;

/** A GPU's report. */
final class GpuForge extends Forge {
    static final Octets FIRMWARE = Bytes.filled(48, 0xf1);

    Octets firmware = FIRMWARE;
    /** Another key than the leaf's, or null. */
    KeyPair signer;

    GpuForge() {
        super(
                Kind.NVIDIA_GPU,
                new CertSpec("Device root", TestPki.p384("Device root"), true),
                new CertSpec("Device identity", TestPki.p384("Device identity"), true),
                new CertSpec("Device firmware", TestPki.p384("Device firmware"), false));
        leaf.withRaw(
                "2.23.133.5.4.1",
                new Bytes().add(Octets.ofHex("3032")).add(FIRMWARE).done());
        allowed.put("DRIVER_VERSION", Bytes.of("550.90"));
        allowed.put("VBIOS_VERSION", Bytes.of("96.00"));
        allowed.put("M1", Bytes.filled(48, 1));
        allowed.put("M2", Bytes.filled(48, 2));
    }

    @Override
    Evidence evidence() {
        Bytes record = new Bytes();
        for (int i = 1; i <= 2; i++) {
            record.little(i, 1)
                    .little(1, 1)
                    .little(51, 2)
                    .little(1, 1)
                    .little(48, 2)
                    .add(Bytes.filled(48, i));
        }
        Bytes opaque = new Bytes();
        opaque.little(3, 2).little(6, 2).add(Bytes.of("550.90"));
        opaque.little(6, 2).little(5, 2).add(Bytes.of("96.00"));
        opaque.little(20, 2).little(48, 2).add(firmware);
        Octets blocks = record.done();
        Octets description = opaque.done();
        Octets signed = new Bytes()
                .add(Octets.ofHex("11e001ff"))
                .add(binding())
                .little(0, 1)
                .add(Octets.ofHex("11600000"))
                .little(2, 1)
                .little(blocks.length(), 3)
                .add(blocks)
                .add(Bytes.filled(32, 9))
                .little(description.length(), 2)
                .add(description)
                .done();
        Octets signature = TestPki.sign(signer == null ? leaf.keys : signer, signed);
        return new Evidence.GpuReport(new Bytes().add(signed).add(signature).done(), chain());
    }
}
