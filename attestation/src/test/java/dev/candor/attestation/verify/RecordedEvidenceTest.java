package dev.candor.attestation.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.attestation.evidence.Attestation;
import dev.candor.attestation.evidence.Evidence;
import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.policy.SnpTcb;
import dev.candor.attestation.policy.TcbStatus;
import dev.candor.attestation.wire.Octets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Evidence of real devices verifies under the vendors' roots at its own time, and no byte of it can be changed. None of it was made for a key of ours, and
 * some of it is of debug launches: exactly these checks refuse it, and they are taken away to see that all others hold.
 */
final class RecordedEvidenceTest {
    private static final Instant INTEL_TIME = Instant.parse("2025-07-01T00:00:00Z");
    private static final Instant OTHER_TIME = Instant.parse("2024-01-01T00:00:00Z");
    private static final Octets KEY = Bytes.filled(32, 1);
    private static final Octets NONCE = Bytes.filled(32, 2);

    /** Nobody's policy: whatever the checks let through is looked at here. */
    private static final Set<Check> OF_OURS = EnumSet.of(Check.BINDING, Check.MEASUREMENT_ALLOWED);

    @Test
    void aNitroDocumentVerifies() {
        Evidence.NitroDocument nitro = Recorded.assumed().nitro();
        Instant time = Instant.ofEpochMilli(0x018a_a8d1_692cL);

        verifies(nitro, time, EnumSet.of(Check.DEBUG), "PCR0 is zero");
        everyByteCounts(time, EnumSet.of(Check.DEBUG), nitro.document(), Evidence.NitroDocument::new);
    }

    @Test
    void aTdxQuoteVerifies() {
        Evidence.DcapQuote tdx = Recorded.assumed().tdx();

        verifies(tdx, INTEL_TIME, EnumSet.noneOf(Check.class), "");
        everyByteCounts(
                INTEL_TIME,
                EnumSet.noneOf(Check.class),
                tdx.quote(),
                changed -> new Evidence.DcapQuote(tdx.kind(), changed, tdx.collateral()));
    }

    @Test
    void theCollateralOfATdxQuoteCannotBeChanged() {
        Evidence.DcapQuote tdx = Recorded.assumed().tdx();
        List<Octets> fields = fields(tdx.collateral());
        for (int field = 0; field < fields.size(); field++) {
            int index = field;
            everyByteCounts(INTEL_TIME, EnumSet.noneOf(Check.class), fields.get(index), changed -> {
                List<Octets> others = new ArrayList<>(fields);
                others.set(index, changed);
                return new Evidence.DcapQuote(tdx.kind(), tdx.quote(), collateral(others));
            });
        }
    }

    @Test
    void theQuoteOfAnSgxEnclaveVerifies() {
        Evidence.DcapQuote sgx = Recorded.assumed().sgx();
        // Its own collateral is not recorded, so what collateral says of its platform cannot be asked.
        Set<Check> without = EnumSet.of(Check.COLLATERAL_MATCH, Check.QE_IDENTITY, Check.TCB_STATUS, Check.CRL_PRESENT);

        verifies(sgx, INTEL_TIME, without, "");
        everyByteCounts(
                INTEL_TIME,
                without,
                sgx.quote(),
                changed -> new Evidence.DcapQuote(sgx.kind(), changed, sgx.collateral()));
    }

    @Test
    void theQuoteOfAnotherTrustDomainVerifies() {
        Evidence.DcapQuote tdx = Recorded.assumed().sapphireRapids();
        Set<Check> without = EnumSet.of(
                Check.COLLATERAL_MATCH, Check.QE_IDENTITY, Check.TCB_STATUS, Check.CRL_PRESENT, Check.ATTRIBUTES);

        verifies(tdx, INTEL_TIME, without, "");
        everyByteCounts(
                INTEL_TIME,
                without,
                tdx.quote(),
                changed -> new Evidence.DcapQuote(tdx.kind(), changed, tdx.collateral()));
    }

    @Test
    void aSnpReportVerifies() {
        Evidence.SnpReport snp = Recorded.assumed().snp();
        Set<Check> without = EnumSet.of(Check.DEBUG);

        verifies(snp, OTHER_TIME, without, "the guest's policy allows debugging");
        everyByteCounts(
                OTHER_TIME, without, snp.report(), changed -> new Evidence.SnpReport(changed, snp.chain(), snp.crl()));
        everyCertificateCounts(
                OTHER_TIME, without, snp.chain(), chain -> new Evidence.SnpReport(snp.report(), chain, snp.crl()));
    }

    @Test
    void aGpusReportVerifies() {
        Evidence.GpuReport gpu = Recorded.assumed().hopper();
        Set<Check> without = EnumSet.noneOf(Check.class);

        verifies(gpu, OTHER_TIME, without, "");
        everyByteCounts(OTHER_TIME, without, gpu.report(), changed -> new Evidence.GpuReport(changed, gpu.chain()));
        everyCertificateCounts(OTHER_TIME, without, gpu.chain(), chain -> new Evidence.GpuReport(gpu.report(), chain));
    }

    @Test
    void theReportsOfEightGpusVerify() {
        List<Evidence.GpuReport> gpus = Recorded.assumed().gpus();

        assertThat(gpus).hasSize(8);
        gpus.forEach(each -> verifies(each, OTHER_TIME, EnumSet.noneOf(Check.class), ""));
    }

    /** Verifies but for what our policy asks; {@code refusal} begins the sentence with which the first of {@code without} refuses it. */
    private static void verifies(Evidence evidence, Instant time, Set<Check> without, String refusal) {
        Verdict verdict = verdict(evidence, time, without);
        assertThat(verdict).as(verdict.toString()).isInstanceOf(Verdict.Attested.class);
        assertThat(verdict(new AttestationVerifier(), evidence, time))
                .isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
                    assertThat(refused.check()).as(refused.why()).isIn(without.isEmpty() ? OF_OURS : without);
                    assertThat(refused.why()).startsWith(refusal);
                });
    }

    private static void everyByteCounts(
            Instant time, Set<Check> without, Octets original, Function<Octets, Evidence> evidence) {
        List<Integer> accepted = IntStream.range(0, original.length())
                .parallel()
                .filter(index -> !(verdict(evidence.apply(Bytes.flip(original, index, 1 << (index % 8))), time, without)
                        instanceof Verdict.Refused))
                .boxed()
                .toList();
        assertThat(accepted).as("bytes that may be changed").isEmpty();
    }

    private static void everyCertificateCounts(
            Instant time, Set<Check> without, List<Octets> chain, Function<List<Octets>, Evidence> evidence) {
        for (int i = 0; i < chain.size(); i++) {
            int place = i;
            everyByteCounts(time, without, chain.get(place), changed -> {
                List<Octets> others = new ArrayList<>(chain);
                others.set(place, changed);
                return evidence.apply(others);
            });
        }
    }

    private static Verdict verdict(Evidence evidence, Instant time, Set<Check> without) {
        Set<Check> removed = EnumSet.copyOf(OF_OURS);
        removed.addAll(without);
        return verdict(new AttestationVerifier(Roots.VENDORS, removed), evidence, time);
    }

    private static Verdict verdict(AttestationVerifier verifier, Evidence evidence, Instant time) {
        Policy policy = new Policy(
                List.of(),
                List.of(),
                Set.of(),
                new Policy.Intel(Set.of(TcbStatus.UP_TO_DATE), 17),
                new Policy.Snp(new SnpTcb(2, 0, 5, 0), false),
                Duration.ofMinutes(5),
                false);
        return verifier.verify(new Attestation(KEY, NONCE, evidence), new Expectation(KEY, NONCE, time, policy));
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

    private static Evidence.DcapCollateral collateral(List<Octets> fields) {
        return new Evidence.DcapCollateral(
                fields.get(0),
                fields.get(1),
                fields.get(2),
                fields.get(3),
                fields.get(4),
                fields.get(5),
                fields.get(6),
                fields.get(7));
    }
}
