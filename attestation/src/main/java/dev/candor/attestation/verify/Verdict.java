package dev.candor.attestation.verify;

import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.policy.MeasurementSet;
import dev.candor.attestation.policy.TcbStatus;
import dev.candor.attestation.wire.Octets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a verifier says. Software's word never becomes {@link Attested}: it has a type of its own. */
public sealed interface Verdict {
    /**
     * Hardware vouches.
     *
     * @param kind of the evidence; never {@link Kind#SIMULATED}
     * @param key that is bound
     * @param release what the policy allows
     * @param measured all measurements
     * @param tcb Intel's status of the platform, where the kind has one
     * @param advisories Intel's names of what the status is due to
     */
    record Attested(
            Kind kind,
            Octets key,
            MeasurementSet release,
            SortedMap<String, Octets> measured,
            Optional<TcbStatus> tcb,
            List<String> advisories)
            implements Verdict {
        /** Copies the collections; refuses what is no hardware. */
        public Attested {
            if (kind == Kind.SIMULATED) {
                throw new IllegalArgumentException("software's word is no attestation");
            }
            measured = Collections.unmodifiableSortedMap(new TreeMap<>(measured));
            advisories = List.copyOf(advisories);
        }

        /** {@link Level#DEVICE} or {@link Level#TEE}. */
        public Level level() {
            return Level.of(kind);
        }
    }

    /**
     * Software says so, and the policy lets it: {@link Level#SIMULATED}.
     *
     * @param key that it claims
     * @param release the policy's name for the measurement
     */
    record Simulated(Octets key, String release) implements Verdict {}

    /**
     * The evidence does not show it.
     *
     * @param check that failed
     * @param why a sentence
     */
    record Refused(Check check, String why) implements Verdict {}
}
