package dev.candor.actors.gateway;

import java.util.Set;

/**
 * Who calls, as authentication found out.
 *
 * @param name 1 to 128 characters; {@code anonymous} where the node asks for no credentials
 * @param roles what it may do
 */
public record Caller(String name, Set<Role> roles) {
    /** What a caller may do. */
    public enum Role {
        /** Infer, and read models and receipts. */
        INFER,
        /** Register, change and remove models. */
        ADMIN,
        /** Read what every caller was answered, and the node's figures; change nothing. */
        AUDIT
    }

    /** Whether requests, receipts and proofs of every caller are shown to this one; anybody else sees its own. */
    public boolean seesAll() {
        return roles.contains(Role.ADMIN) || roles.contains(Role.AUDIT);
    }
}
