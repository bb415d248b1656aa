package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.policy.MeasurementSet;
import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.policy.TcbStatus;
import dev.candor.attestation.wire.Octets;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1Integer;

/** Attacks on every kind, and on each kind alone. */
final class Attacks {
    private static final KeyPair OTHER_P256 = TestPki.p256("other");
    private static final KeyPair OTHER_P384 = TestPki.p384("other");
    private static final Octets OTHER = Bytes.filled(32, 0x77);

    /** Makers of valid evidence. */
    static final Map<String, Supplier<Forge>> HARDWARE = new TreeMap<>(Map.of(
            "nitro", NitroForge::new,
            "sgx", () -> new DcapForge(Kind.INTEL_SGX, 3),
            "tdx v4", () -> new DcapForge(Kind.INTEL_TDX, 4),
            "tdx v5", () -> new DcapForge(Kind.INTEL_TDX, 5),
            "sev-snp", SnpForge::new,
            "sev-snp v3", () -> snp(forge -> forge.version = 3),
            "gpu", GpuForge::new));

    private Attacks() {}

    static List<Attack> all() {
        List<Attack> attacks = new ArrayList<>();
        HARDWARE.forEach((name, maker) -> {
            attacks.addAll(onAnyKind(name, maker));
            attacks.addAll(onChains(name, maker));
        });
        attacks.addAll(onSignatures());
        attacks.addAll(onNitro());
        attacks.addAll(onSnp());
        for (int version : List.of(3, 4, 5)) {
            attacks.addAll(onDcap(version));
        }
        attacks.addAll(onTdx());
        attacks.addAll(onSimulated());
        return attacks;
    }

    private static List<Attack> onAnyKind(String name, Supplier<Forge> maker) {
        return List.of(
                with(
                        name + ": evidence for another key",
                        Check.KEY,
                        EnumSet.of(Check.KEY, Check.BINDING),
                        maker,
                        forge -> {
                            forge.key = OTHER;
                            forge.boundKey = OTHER;
                        }),
                with(
                        name + ": evidence for another nonce",
                        Check.NONCE,
                        EnumSet.of(Check.NONCE, Check.BINDING),
                        maker,
                        forge -> {
                            forge.nonce = OTHER;
                            forge.boundNonce = OTHER;
                        }),
                with(name + ": another key in the device", Check.BINDING, maker, forge -> forge.boundKey = OTHER),
                with(name + ": another nonce in the device", Check.BINDING, maker, forge -> forge.boundNonce = OTHER),
                with(
                        name + ": the binding of another kind",
                        Check.BINDING,
                        maker,
                        forge -> forge.boundKind = Kind.SIMULATED),
                with(
                        name + ": other measurements",
                        Check.MEASUREMENT_ALLOWED,
                        maker,
                        forge -> forge.allowed.replaceAll((measurement, value) -> Bytes.flip(value, 0, 1))),
                with(
                        name + ": no measurements allowed",
                        Check.MEASUREMENT_ALLOWED,
                        maker,
                        forge -> forge.allowed.clear()),
                with(
                        name + ": revoked measurements",
                        Check.MEASUREMENT_REVOKED,
                        maker,
                        forge -> forge.revoked.add(
                                new MeasurementSet(forge.kind, "broken", new TreeMap<>(forge.allowed)))));
    }

    private static List<Attack> onChains(String name, Supplier<Forge> maker) {
        return List.of(
                with(name + ": an unknown root", Check.ROOT, maker, forge -> forge.pinned = false),
                with(
                        name + ": a signer of another issuer",
                        Check.CHAIN_ISSUER,
                        maker,
                        forge -> forge.leaf.issuerName = "Another"),
                with(
                        name + ": a signer signed by another key",
                        Check.CHAIN_SIGNATURE,
                        maker,
                        forge -> forge.leaf.signer = like(forge.intermediate.keys)),
                with(
                        name + ": a signer that may issue",
                        Check.CHAIN_AUTHORITY,
                        maker,
                        forge -> forge.leaf.authority = true),
                with(
                        name + ": an issuer that may not issue",
                        Check.CHAIN_AUTHORITY,
                        maker,
                        forge -> forge.intermediate.authority = false),
                with(
                        name + ": a root that may issue no issuers",
                        Check.CHAIN_AUTHORITY,
                        maker,
                        forge -> forge.root.pathLength = 0),
                with(
                        name + ": a signer's certificate that ended",
                        Check.CHAIN_VALIDITY,
                        maker,
                        forge -> forge.leaf.to = TestPki.TIME.minusSeconds(1)),
                with(
                        name + ": an issuer's certificate that has not begun",
                        Check.CHAIN_VALIDITY,
                        maker,
                        forge -> forge.intermediate.from = TestPki.TIME.plusSeconds(1)),
                with(
                        name + ": an unknown critical extension",
                        Check.CHAIN_EXTENSION,
                        maker,
                        forge -> forge.leaf.with("1.2.3.4", true, new ASN1Integer(1))),
                with(
                        name + ": a root that the policy revokes",
                        Check.CERTIFICATE_REVOKED,
                        maker,
                        forge -> forge.revokedCertificates.add(forge.rootDer().sha256())));
    }

    private static List<Attack> onSignatures() {
        return List.of(
                new Attack(
                        "nitro: signed by another key",
                        Check.EVIDENCE_SIGNATURE,
                        () -> nitro(f -> f.signer = OTHER_P384)),
                new Attack(
                        "sev-snp: signed by another key",
                        Check.EVIDENCE_SIGNATURE,
                        () -> snp(f -> f.signer = OTHER_P384)),
                new Attack(
                        "gpu: signed by another key", Check.EVIDENCE_SIGNATURE, () -> gpu(f -> f.signer = OTHER_P384)),
                new Attack(
                        "gpu: other firmware than certified",
                        Check.CERTIFICATE_MATCH,
                        () -> gpu(f -> f.firmware = Bytes.filled(48, 0xf2))));
    }

    private static List<Attack> onNitro() {
        return List.of(
                new Attack(
                        "nitro: debug mode",
                        Check.DEBUG,
                        () -> nitro(f -> {
                            f.pcr0 = Bytes.filled(48, 0);
                            f.allowed.put("PCR0", f.pcr0);
                        })),
                new Attack(
                        "nitro: too old", Check.FRESHNESS, () -> nitro(f -> f.made = TestPki.TIME.minusSeconds(301))),
                new Attack(
                        "nitro: from the future",
                        Check.FRESHNESS,
                        () -> nitro(f -> f.made = TestPki.TIME.plusSeconds(61))));
    }

    private static List<Attack> onSnp() {
        return List.of(
                new Attack("sev-snp: debugging allowed", Check.DEBUG, () -> snp(f -> f.guestPolicy |= 1 << 19)),
                new Attack("sev-snp: migration allowed", Check.ATTRIBUTES, () -> snp(f -> f.guestPolicy |= 1 << 18)),
                new Attack(
                        "sev-snp: an unknown policy bit", Check.ATTRIBUTES, () -> snp(f -> f.guestPolicy |= 1L << 40)),
                new Attack("sev-snp: a lower privilege", Check.ATTRIBUTES, () -> snp(f -> f.vmpl = 1)),
                new Attack(
                        "sev-snp: another chip",
                        Check.CERTIFICATE_MATCH,
                        () -> snp(f -> f.chipId = Bytes.filled(64, 2))),
                new Attack("sev-snp: a masked chip", Check.CERTIFICATE_MATCH, () -> snp(f -> f.signerBits = 2)),
                new Attack(
                        "sev-snp: firmware that is not certified",
                        Check.CERTIFICATE_MATCH,
                        () -> snp(f -> f.bootloader = 4)),
                new Attack(
                        "sev-snp: old firmware",
                        Check.TCB_VERSIONS,
                        () -> snp(f ->
                                f.snp = new Policy.Snp(new dev.candor.attestation.policy.SnpTcb(3, 0, 23, 200), true))),
                new Attack("sev-snp: no revocation list", Check.CRL_PRESENT, () -> snp(f -> f.crl = false)),
                new Attack(
                        "sev-snp: another's revocation list",
                        Check.CRL_PRESENT,
                        () -> snp(f -> f.crlIssuer = "Another")),
                new Attack(
                        "sev-snp: a revocation list by another key",
                        Check.CRL_SIGNATURE,
                        () -> snp(f -> f.crlSigner = OTHER_P384)),
                new Attack(
                        "sev-snp: an old revocation list",
                        Check.CRL_VALIDITY,
                        () -> snp(f -> f.crlTo = TestPki.TIME.minusSeconds(1))),
                new Attack(
                        "sev-snp: a revoked issuer",
                        Check.CERTIFICATE_REVOKED,
                        () -> snp(f -> f.revokedSerial = f.intermediate.serial)));
    }

    private static List<Attack> onDcap(int version) {
        return List.of(
                dcap(version, "signed by another key", Check.EVIDENCE_SIGNATURE, f -> f.quoteSigner = OTHER_P256),
                dcap(
                        version,
                        "an attestation key nobody vouches for",
                        Check.ATTESTATION_KEY,
                        f -> f.vouchedFor = OTHER_P256),
                dcap(
                        version,
                        "a quoting enclave of another platform",
                        Check.QE_SIGNATURE,
                        f -> f.qeSigner = OTHER_P256),
                dcap(version, "another quoting enclave", Check.QE_IDENTITY, f -> f.qeMrSigner = Bytes.filled(32, 1)),
                dcap(version, "another product of Intel's", Check.QE_IDENTITY, f -> f.qeProduct = 2),
                dcap(version, "a quoting enclave under debug", Check.QE_IDENTITY, f -> f.qeAttributes = 0x13),
                dcap(
                        version,
                        "collateral by another key",
                        Check.COLLATERAL_SIGNATURE,
                        f -> f.collateralSigner = OTHER_P256),
                dcap(
                        version,
                        "collateral of the past",
                        Check.COLLATERAL_VALIDITY,
                        f -> f.nextUpdate = TestPki.TIME.minusSeconds(1)),
                dcap(
                        version,
                        "collateral of the future",
                        Check.COLLATERAL_VALIDITY,
                        f -> f.issued = TestPki.TIME.plusSeconds(1)),
                dcap(version, "collateral of an old evaluation", Check.COLLATERAL_EVALUATION, f -> f.evaluation = 16),
                dcap(version, "collateral of another platform", Check.COLLATERAL_MATCH, f -> f.fmspc = "00A065510001"),
                dcap(version, "collateral of another enclave", Check.COLLATERAL_MATCH, f -> f.pceId = "0001"),
                dcap(version, "the identity of another enclave", Check.COLLATERAL_MATCH, f -> f.qeId = "QVE"),
                dcap(version, "an old platform", Check.TCB_STATUS, f -> f.platformStatus = "OutOfDate"),
                dcap(version, "a revoked platform", Check.TCB_STATUS, f -> f.platformStatus = "Revoked"),
                dcap(
                        version,
                        "a platform below all levels",
                        Check.TCB_STATUS,
                        f -> f.leastComponent = DcapForge.COMPONENT + 1),
                dcap(
                        version,
                        "a provisioning enclave below all levels",
                        Check.TCB_STATUS,
                        f -> f.leastPce = DcapForge.PCE + 1),
                dcap(version, "an old quoting enclave", Check.TCB_STATUS, f -> f.qeStatus = "OutOfDate"),
                dcap(version, "a quoting enclave below all levels", Check.TCB_STATUS, f -> f.qeVersion = 7),
                dcap(version, "no list of the issuer", Check.CRL_PRESENT, f -> f.pckCrlIssuer = "Another"),
                dcap(version, "a list by another key", Check.CRL_SIGNATURE, f -> f.crlSigner = OTHER_P256),
                dcap(version, "an old list", Check.CRL_VALIDITY, f -> f.crlTo = TestPki.TIME.minusSeconds(1)),
                dcap(
                        version,
                        "a revoked platform key",
                        Check.CERTIFICATE_REVOKED,
                        f -> f.revokedSerial = f.leaf.serial),
                dcap(
                        version,
                        "a revoked issuer",
                        Check.CERTIFICATE_REVOKED,
                        f -> f.revokedByRoot = f.intermediate.serial),
                dcap(
                        version,
                        "a revoked signer of collateral",
                        Check.CERTIFICATE_REVOKED,
                        f -> f.revokedByRoot = f.tcbSigner.serial),
                dcap(version, "debug mode", Check.DEBUG, f -> {
                    f.sgxAttributes |= 2;
                    f.tdAttributes |= 1;
                }));
    }

    private static List<Attack> onTdx() {
        Consumer<DcapForge> asEnclave = f -> {
            f.presentedAs = Kind.INTEL_SGX;
            f.boundKind = Kind.INTEL_SGX;
        };
        return List.of(
                new Attack(
                        "tdx: presented as SGX",
                        Check.KIND,
                        EnumSet.of(Check.KIND, Check.MEASUREMENT_ALLOWED),
                        () -> tdx(4, asEnclave)),
                new Attack("tdx: faults on pending pages", Check.ATTRIBUTES, () -> tdx(4, f -> f.tdAttributes = 0)),
                new Attack(
                        "tdx: a migratable domain", Check.ATTRIBUTES, () -> tdx(4, f -> f.tdAttributes |= 0x20000000L)),
                new Attack(
                        "tdx: a service domain",
                        Check.ATTRIBUTES,
                        () -> tdx(5, f -> f.serviceDomain = Bytes.filled(48, 1))),
                new Attack(
                        "tdx: another's module",
                        Check.TDX_MODULE,
                        () -> tdx(4, f -> f.mrSignerSeam = Bytes.filled(48, 1))),
                new Attack("tdx: an unknown module", Check.TDX_MODULE, () -> tdx(4, f -> f.moduleMajor = 7)),
                new Attack("tdx: an old module", Check.TCB_STATUS, () -> tdx(4, f -> f.moduleStatus = "OutOfDate")),
                new Attack("tdx: a module below all levels", Check.TCB_STATUS, () -> tdx(4, f -> f.moduleVersion = 3)),
                new Attack("tdx: old components", Check.TCB_STATUS, () -> tdx(4, f -> f.tdxComponent = 2)),
                new Attack(
                        "tdx: status above the policy's",
                        Check.TCB_STATUS,
                        () -> tdx(4, f -> {
                            f.platformStatus = "SWHardeningNeeded";
                            f.intel = new Policy.Intel(Set.of(TcbStatus.UP_TO_DATE, TcbStatus.OUT_OF_DATE), 0);
                        })));
    }

    private static List<Attack> onSimulated() {
        return List.of(new Attack("simulated: where the policy does not believe it", Check.SIMULATED, () -> {
            SimulatedForge forge = new SimulatedForge();
            forge.simulated = false;
            return forge;
        }));
    }

    private static Attack dcap(int version, String name, Check check, Consumer<DcapForge> change) {
        return new Attack("dcap v" + version + ": " + name, check, () -> {
            DcapForge forge = new DcapForge(version == 3 ? Kind.INTEL_SGX : Kind.INTEL_TDX, version);
            change.accept(forge);
            return forge;
        });
    }

    private static Forge tdx(int version, Consumer<DcapForge> change) {
        DcapForge forge = new DcapForge(Kind.INTEL_TDX, version);
        change.accept(forge);
        return forge;
    }

    private static Forge nitro(Consumer<NitroForge> change) {
        NitroForge forge = new NitroForge();
        change.accept(forge);
        return forge;
    }

    private static Forge snp(Consumer<SnpForge> change) {
        SnpForge forge = new SnpForge();
        change.accept(forge);
        return forge;
    }

    private static Forge gpu(Consumer<GpuForge> change) {
        GpuForge forge = new GpuForge();
        change.accept(forge);
        return forge;
    }

    private static KeyPair like(KeyPair keys) {
        return keys.getPublic().getAlgorithm().equals("RSA") || keys.getPublic().getEncoded().length > 100
                ? OTHER_P384
                : OTHER_P256;
    }

    private static Attack with(String name, Check check, Supplier<Forge> maker, Consumer<Forge> change) {
        return with(name, check, EnumSet.of(check), maker, change);
    }

    private static Attack with(
            String name, Check check, Set<Check> without, Supplier<Forge> maker, Consumer<Forge> change) {
        return new Attack(name, check, without, () -> {
            Forge forge = maker.get();
            change.accept(forge);
            return forge;
        });
    }
}
