package dev.candor.cluster.security;

import static dev.candor.actors.gateway.Caller.Role.ADMIN;
import static dev.candor.actors.gateway.Caller.Role.AUDIT;
import static dev.candor.actors.gateway.Caller.Role.INFER;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * What can be done at a door, and which roles may: the whole table of authorization. Every endpoint of REST and every method of gRPC is one of these; {@code
 * docs/security.md} lists them, and a test walks through that list with every role.
 */
public enum Operation {
    /** Ask whether the node lives and is ready, and for what is public by design: probes and strangers carry no credentials. */
    PROBE(Set.of()),
    /** Read the node's figures. */
    FIGURES(Set.of(ADMIN, AUDIT)),
    /** Read models, and requests, receipts and proofs as far as the caller may see them. */
    READ(Set.of(INFER, ADMIN, AUDIT)),
    /** Have a model run, or an answer of one's own proven. */
    INFERENCE(Set.of(INFER)),
    /** Change models. */
    ADMINISTRATION(Set.of(ADMIN));

    @SuppressWarnings("ImmutableEnumChecker") // Set.of makes immutable ones
    private final Set<Caller.Role> roles;

    Operation(Set<Caller.Role> roles) {
        this.roles = roles;
    }

    /** Whether nobody is asked for credentials. */
    public boolean open() {
        return roles.isEmpty();
    }

    /** The roles of which a caller needs one; empty where anybody may. */
    public Set<Caller.Role> roles() {
        return roles;
    }

    /** Whether a caller may. */
    public boolean allows(Caller caller) {
        return open() || caller.roles().stream().anyMatch(roles::contains);
    }

    /** Refuses a caller that may not, as PERMISSION_DENIED. */
    public void require(Caller caller) {
        if (!allows(caller)) {
            throw new RefusedException(
                    ErrorCode.PERMISSION_DENIED,
                    "caller \"" + caller.name() + "\" lacks what this needs: the role " + String.join(" or ", words()));
        }
    }

    private Set<String> words() {
        Set<String> words = new TreeSet<>();
        roles.forEach(role -> words.add(role.name().toLowerCase(Locale.ROOT)));
        return words;
    }
}
