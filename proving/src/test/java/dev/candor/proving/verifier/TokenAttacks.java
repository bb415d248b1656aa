package dev.candor.proving.verifier;

import dev.candor.proving.constraint.Check;
import java.util.Set;

final class TokenAttacks {
    static boolean anotherProduct(Set<Check> checks) { return false; }
    static boolean anotherMaximum(Set<Check> checks) { return false; }
    static boolean anotherQuotient(Set<Check> checks) { return false; }
    static boolean smallerQuotient(Set<Check> checks) { return false; }
    static boolean anotherSquare(Set<Check> checks) { return false; }
    static boolean largerRoot(Set<Check> checks) { return false; }
    static boolean smallerRoot(Set<Check> checks) { return false; }
}
