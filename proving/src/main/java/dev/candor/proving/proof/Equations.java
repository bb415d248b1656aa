package dev.candor.proving.proof;

import dev.candor.proving.commitment.LinearConstraints;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Product;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The equations of a proof in their order: for each branch those that it demanded, then those of its products. */
public final class Equations {

    private Equations() {}

    /**
     * Collects them.
     *
     * @param openings the opened factors of all products of all branches, in order
     */
    public static LinearConstraints of(
            Field field, List<? extends BranchSession> branches, Extension gamma, ExtensionVector openings) {
        LinearConstraints constraints = new LinearConstraints();
        int next = 0;
        for (BranchSession branch : branches) {
            for (BranchSession.Equation equation : branch.equations()) {
                constraints.add(Set.of(equation.check()), equation.form());
            }
            for (Product product : branch.products()) {
                List<Extension> opened = new ArrayList<>();
                for (int i = 0; i < product.factors().size(); i++) {
                    opened.add(openings.get(next++));
                }
                product.demand(
                        field, gamma, opened, (purpose, step, form) -> constraints.add(Set.of(purpose, step), form));
            }
        }
        return constraints;
    }
}
