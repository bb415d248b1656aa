package dev.candor.attestation.policy;

import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.wire.Octets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a verifier accepts. Debug modes are refused by every policy, and so is {@link TcbStatus#REVOKED}.
 *
 * @param allowed sets of measurements; evidence must match one, so that a kind without a set is refused
 * @param revoked sets of measurements; evidence that matches one is refused
 * @param revokedCertificates SHA-256 of certificates that no chain may hold, for vendors and devices without a revocation list
 * @param intel for SGX and TDX
 * @param snp for SEV-SNP
 * @param nitroAge how old a Nitro document may be
 * @param simulated whether the software attester is believed
 */
public record Policy(
        List<MeasurementSet> allowed,
        List<MeasurementSet> revoked,
        Set<Octets> revokedCertificates,
        Intel intel,
        Snp snp,
        Duration nitroAge,
        boolean simulated) {
    /** What a set of allowed measurements must name at least, so that it says which software may run. */
    private static final Map<Kind, Set<String>> LEAST = Map.of(
            Kind.AWS_NITRO, Set.of("PCR0", "PCR1", "PCR2"),
            Kind.INTEL_SGX, Set.of("MRENCLAVE"),
            Kind.INTEL_TDX, Set.of("MRTD", "RTMR0", "RTMR1", "RTMR2"),
            Kind.AMD_SEV_SNP, Set.of("MEASUREMENT"),
            Kind.NVIDIA_GPU, Set.of("DRIVER_VERSION", "VBIOS_VERSION"),
            Kind.SIMULATED, Set.of("MEASUREMENT"));

    /** Copies the collections; refuses sets of allowed measurements that leave the software open. */
    public Policy {
        allowed = List.copyOf(allowed);
        revoked = List.copyOf(revoked);
        revokedCertificates = Set.copyOf(revokedCertificates);
        for (MeasurementSet each : allowed) {
            Set<String> least = LEAST.getOrDefault(each.kind(), Set.of());
            if (!each.values().keySet().containsAll(least)) {
                throw new IllegalArgumentException("the measurements '" + each.name() + "' of kind "
                        + each.kind().policyName() + " must name "
                        + String.join(", ", least.stream().sorted().toList()));
            }
            if (each.kind() == Kind.NVIDIA_GPU
                    && each.values().keySet().stream().noneMatch(name -> name.matches("M\\d+"))) {
                throw new IllegalArgumentException("the measurements '" + each.name()
                        + "' of kind nvidia-gpu must name at least one measured value, M1 to M255");
            }
        }
        if (nitroAge.isNegative() || nitroAge.isZero()) {
            throw new IllegalArgumentException(
                    "the age of Nitro documents must be allowed to be positive, it is " + nitroAge);
        }
    }

    /**
     * For SGX and TDX.
     *
     * @param accepted statuses; never {@link TcbStatus#REVOKED}
     * @param leastEvaluation the lowest number of Intel's evaluation that collateral may come from, so that old collateral that is still valid is refused
     */
    public record Intel(Set<TcbStatus> accepted, int leastEvaluation) {
        /** Refuses to accept what is revoked. */
        public Intel {
            accepted = Set.copyOf(accepted);
            if (accepted.contains(TcbStatus.REVOKED)) {
                throw new IllegalArgumentException("no policy may accept the TCB status Revoked");
            }
        }
    }

    /**
     * For SEV-SNP.
     *
     * @param least security versions
     * @param crlRequired whether evidence must come with AMD's revocation list
     */
    public record Snp(SnpTcb least, boolean crlRequired) {}
}
