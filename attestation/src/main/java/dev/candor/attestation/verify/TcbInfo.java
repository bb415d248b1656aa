package dev.candor.attestation.verify;

import dev.candor.attestation.policy.TcbStatus;
import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Intel's statement on the security versions of a kind of platform, version 3.
 *
 * @param id {@code SGX} or {@code TDX}
 * @param issued from when
 * @param nextUpdate until when
 * @param fmspc the kind of platform, 6 bytes
 * @param pceId the provisioning enclave, 2 bytes
 * @param evaluation number of Intel's evaluation
 * @param levels from the highest
 * @param modules identities of TDX modules; the one without a major number has the id {@code TDX_00}
 */
record TcbInfo(
        String id,
        Instant issued,
        Instant nextUpdate,
        Octets fmspc,
        Octets pceId,
        int evaluation,
        List<Level> levels,
        List<Module> modules) {
    private static final int COMPONENTS = 16;

    /**
     * What a platform must have at least to be of a status.
     *
     * @param sgx 16 security versions
     * @param tdx 16 security versions, or none
     * @param pce security version of the provisioning enclave
     * @param standing the status
     */
    record Level(List<Integer> sgx, List<Integer> tdx, int pce, Standing standing) {}

    /**
     * A TDX module.
     *
     * @param id {@code TDX_} and its major number
     * @param mrSigner who signs it
     * @param attributes it must have
     * @param mask of the attributes that matter
     * @param levels from the highest security version
     */
    record Module(String id, Octets mrSigner, Octets attributes, Octets mask, List<VersionLevel> levels) {}

    /**
     * A status from a security version on.
     *
     * @param least the security version
     * @param standing the status
     */
    record VersionLevel(int least, Standing standing) {
        static List<VersionLevel> of(IntelJson json) {
            return json.list("tcbLevels").stream()
                    .map(each -> new VersionLevel(each.object("tcb").number("isvsvn", 65_535), Standing.of(each)))
                    .toList();
        }

        /** The status of {@code version}: the first whose least it reaches. */
        static Optional<Standing> find(List<VersionLevel> levels, int version) {
            return levels.stream()
                    .filter(each -> version >= each.least)
                    .findFirst()
                    .map(VersionLevel::standing);
        }
    }

    /**
     * A status and why.
     *
     * @param status Intel's
     * @param advisories Intel's names of what it is due to
     */
    record Standing(TcbStatus status, List<String> advisories) {
        static Standing of(IntelJson json) {
            return new Standing(json.status(), json.texts("advisoryIDs"));
        }
    }

    static TcbInfo parse(Octets json) {
        IntelJson in = IntelJson.parse(json, "the TCB info");
        if (in.number("version", 100) != 3 || in.number("tcbType", 100) != 0) {
            throw new MalformedEvidenceException("the TCB info is not of version 3 and type 0");
        }
        String id = in.text("id");
        return new TcbInfo(
                id,
                in.instant("issueDate"),
                in.instant("nextUpdate"),
                in.hex("fmspc", 6),
                in.hex("pceId", 2),
                in.number("tcbEvaluationDataNumber", Integer.MAX_VALUE),
                in.list("tcbLevels").stream().map(TcbInfo::level).toList(),
                id.equals("TDX") ? modules(in) : List.of());
    }

    private static Level level(IntelJson json) {
        IntelJson tcb = json.object("tcb");
        return new Level(
                components(tcb, "sgxtcbcomponents"),
                tcb.has("tdxtcbcomponents") ? components(tcb, "tdxtcbcomponents") : List.of(),
                tcb.number("pcesvn", 65_535),
                Standing.of(json));
    }

    private static List<Integer> components(IntelJson json, String field) {
        List<Integer> versions =
                json.list(field).stream().map(each -> each.number("svn", 255)).toList();
        if (versions.size() != COMPONENTS) {
            throw new MalformedEvidenceException(
                    "the TCB info has " + versions.size() + " " + field + ", not " + COMPONENTS);
        }
        return versions;
    }

    private static List<Module> modules(IntelJson in) {
        IntelJson first = in.object("tdxModule");
        Module withoutNumber = module("TDX_00", first, List.of());
        return in.has("tdxModuleIdentities")
                ? Stream.concat(
                                Stream.of(withoutNumber),
                                in.list("tdxModuleIdentities").stream()
                                        .map(each -> module(each.text("id"), each, VersionLevel.of(each))))
                        .toList()
                : List.of(withoutNumber);
    }

    private static Module module(String id, IntelJson json, List<VersionLevel> levels) {
        return new Module(
                id, json.hex("mrsigner", 48), json.hex("attributes", 8), json.hex("attributesMask", 8), levels);
    }
}
