package dev.candor.attestation.verify;

import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.policy.TcbStatus;
import dev.candor.attestation.verify.TcbInfo.Standing;
import dev.candor.attestation.wire.Octets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Finds the TCB status of a platform, its TDX module and its quoting enclave, and holds it against the policy. */
final class TcbRules {
    /** Of whom Intel says nothing. */
    private static final Standing UNKNOWN = new Standing(TcbStatus.REVOKED, List.of());

    private final Guard guard;
    private final Policy.Intel policy;

    TcbRules(Guard guard, Policy.Intel policy) {
        this.guard = guard;
        this.policy = policy;
    }

    /** The worst of the three statuses, which the policy accepts. */
    Standing check(Quote quote, EnclaveReport qe, TcbInfo info, QeIdentity identity, PckPlatform platform) {
        Optional<DomainReport> domain = quote.domain();
        Standing standing = required("platform", platform(info, platform, domain));
        standing = worse(
                standing,
                required("quoting enclave", TcbInfo.VersionLevel.find(identity.levels(), qe.securityVersion())));
        if (domain.isPresent()) {
            standing = module(standing, info, domain.get());
        }
        TcbStatus status = standing.status();
        guard.require(
                Check.TCB_STATUS,
                policy.accepted().contains(status),
                () -> "the platform's TCB status is " + status.intelName() + ", which the policy does not accept");
        return standing;
    }

    private Standing required(String what, Optional<Standing> found) {
        guard.require(
                Check.TCB_STATUS,
                found.isPresent(),
                () -> "the security version of the " + what + " is below all that Intel names");
        return found.orElse(UNKNOWN);
    }

    private static Optional<Standing> platform(TcbInfo info, PckPlatform platform, Optional<DomainReport> domain) {
        return info.levels().stream()
                .filter(level -> platform.pce() >= level.pce()
                        && reach(platform.components(), level.sgx(), 0)
                        && domain.map(report -> reachesTdx(report, level)).orElse(true))
                .findFirst()
                .map(TcbInfo.Level::standing);
    }

    /** Components 0 and 1 are the TDX module's, and judged by its identity where it has a major number. */
    private static boolean reachesTdx(DomainReport report, TcbInfo.Level level) {
        List<Integer> actual =
                IntStream.range(0, 16).mapToObj(report.teeTcbSvn()::at).toList();
        return !level.tdx().isEmpty() && reach(actual, level.tdx(), major(report) > 0 ? 2 : 0);
    }

    private static boolean reach(List<Integer> actual, List<Integer> least, int from) {
        for (int i = from; i < least.size(); i++) {
            if (actual.get(i) < least.get(i)) {
                return false;
            }
        }
        return true;
    }

    private Standing module(Standing standing, TcbInfo info, DomainReport report) {
        String id = String.format(Locale.ROOT, "TDX_%02X", major(report));
        Optional<TcbInfo.Module> module =
                info.modules().stream().filter(each -> each.id().equals(id)).findFirst();
        guard.require(
                Check.TDX_MODULE,
                module.map(each -> each.mrSigner().equals(report.mrSignerSeam())
                                && Masks.agree(report.seamAttributes(), each.attributes(), each.mask()))
                        .orElse(false),
                () -> "the TDX module is not Intel's " + id);
        if (major(report) == 0 || module.isEmpty()) {
            return standing;
        }
        return worse(
                standing,
                required(
                        "TDX module",
                        TcbInfo.VersionLevel.find(
                                module.get().levels(), report.teeTcbSvn().at(0))));
    }

    private static int major(DomainReport report) {
        Octets versions = report.teeTcbSvn();
        return versions.at(1);
    }

    private static Standing worse(Standing one, Standing other) {
        TreeSet<String> advisories = new TreeSet<>(one.advisories());
        advisories.addAll(other.advisories());
        return new Standing(one.status().or(other.status()), List.copyOf(advisories));
    }
}
