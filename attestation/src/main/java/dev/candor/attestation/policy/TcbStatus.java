package dev.candor.attestation.policy;

import java.util.Arrays;
import java.util.Optional;

/** What Intel says of a platform's security version, from the best to the worst. */
public enum TcbStatus {
    /** Current. */
    UP_TO_DATE("UpToDate"),
    /** Current; software must mitigate something. */
    SW_HARDENING_NEEDED("SWHardeningNeeded"),
    /** Current; the firmware's configuration may be unsafe. */
    CONFIGURATION_NEEDED("ConfigurationNeeded"),
    /** Both of these. */
    CONFIGURATION_AND_SW_HARDENING_NEEDED("ConfigurationAndSWHardeningNeeded"),
    /** Updates are missing. */
    OUT_OF_DATE("OutOfDate"),
    /** Updates are missing and the configuration may be unsafe. */
    OUT_OF_DATE_CONFIGURATION_NEEDED("OutOfDateConfigurationNeeded"),
    /** Broken; no policy accepts it. */
    REVOKED("Revoked");

    private final String intelName;

    TcbStatus(String intelName) {
        this.intelName = intelName;
    }

    /** The status of Intel's name for it. */
    public static Optional<TcbStatus> ofIntelName(String name) {
        return Arrays.stream(values())
                .filter(each -> each.intelName.equals(name))
                .findFirst();
    }

    /** Intel's name. */
    public String intelName() {
        return intelName;
    }

    /** What two parts of a platform are together: the worse of both, and what they lack together where neither is worse than the other. */
    public TcbStatus or(TcbStatus other) {
        TcbStatus worse = compareTo(other) >= 0 ? this : other;
        TcbStatus better = worse == this ? other : this;
        boolean configuration = better == CONFIGURATION_NEEDED || better == CONFIGURATION_AND_SW_HARDENING_NEEDED;
        if (worse == OUT_OF_DATE && configuration) {
            return OUT_OF_DATE_CONFIGURATION_NEEDED;
        }
        return worse == CONFIGURATION_NEEDED && better == SW_HARDENING_NEEDED
                ? CONFIGURATION_AND_SW_HARDENING_NEEDED
                : worse;
    }
}
