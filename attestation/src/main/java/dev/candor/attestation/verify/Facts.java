package dev.candor.attestation.verify;

import dev.candor.attestation.policy.TcbStatus;
import dev.candor.attestation.wire.Octets;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What genuine evidence says.
 *
 * @param bound what stands where the binding should stand; empty if nothing does, or something around it
 * @param measured by name
 * @param tcb Intel's status
 * @param advisories to it
 */
record Facts(
        Optional<Octets> bound, SortedMap<String, Octets> measured, Optional<TcbStatus> tcb, List<String> advisories) {
    /** Of hardware without a TCB status. */
    static Facts of(Optional<Octets> bound, SortedMap<String, Octets> measured) {
        return new Facts(bound, measured, Optional.empty(), List.of());
    }

    /** The binding in 64 bytes of report data, if zeros follow it. */
    static Optional<Octets> boundIn(Octets reportData) {
        return Optional.of(reportData)
                .filter(data -> data.slice(32, 32).isZero())
                .map(data -> data.slice(0, 32));
    }
}
