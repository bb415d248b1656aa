package dev.candor.attestation.verify;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Evidence whose signatures all hold, and which breaks one rule.
 *
 * @param name of the attack
 * @param check that must refuse it
 * @param without which checks it succeeds
 * @param forge the evidence
 */
record Attack(String name, Check check, Set<Check> without, Supplier<Forge> forge) {
    Attack(String name, Check check, Supplier<Forge> forge) {
        this(name, check, EnumSet.of(check), forge);
    }

    @Override
    public String toString() {
        return name + " -> " + check;
    }
}
