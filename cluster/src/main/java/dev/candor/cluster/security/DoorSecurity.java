package dev.candor.cluster.security;

import java.util.Optional;

/**
 * What a node's doors have in common beside how callers are known.
 *
 * @param tls of the doors; empty for none
 * @param audit hears of administrative acts
 * @param figuresOpen whether {@link Operation#FIGURES} are shown to anybody
 */
public record DoorSecurity(Optional<DoorTls> tls, Audit audit, boolean figuresOpen) {
    /** For loopback. */
    public static final DoorSecurity NONE = new DoorSecurity(Optional.empty(), Audit.NONE, true);

    /** Whether nobody is asked for credentials. */
    public boolean open(Operation operation) {
        return operation.open() || (operation == Operation.FIGURES && figuresOpen);
    }
}
