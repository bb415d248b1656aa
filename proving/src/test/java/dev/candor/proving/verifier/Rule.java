package dev.candor.proving.verifier;

import dev.candor.proving.commitment.LinearConstraints;
import dev.candor.proving.commitment.RowTerm;
import dev.candor.proving.constraint.BranchChallenges;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Rules of the protocol that no single comparison of the verifier stands for: what is bound before which challenge, what takes part in which
 * test. The production verifier cannot leave them out; {@link RuleVerifier} can, and an attack that knows it gets through.
 */
enum Rule {
    /** Equation j counts with alpha^(j + 1): what the mask u_a adds up to is no part of any equation. */
    EQUATION_POWERS,
    /** The coefficients of the proximity test are elements of K, not of F. */
    RHO_IN_EXTENSION,
    /** The cross terms of a product are bound before gamma. */
    CROSS_TERMS_BEFORE_GAMMA,
    /** The openings of products are bound before alpha. */
    OPENINGS_BEFORE_ALPHA,
    /** The masks of the linear test are rows of the proximity test. */
    MASKS_IN_PROXIMITY,
    /** The rows of known roots are rows of the proximity test. */
    ALL_ROOTS_IN_PROXIMITY,
    /** Cells that a shape does not have take part in no equation. */
    TRUE_CELLS_ONLY,
    /** Each limb is looked up in a table of its own width. */
    LIMBS_OF_THEIR_WIDTH,
    /** What is claimed of the samples of a batch is claimed of each at its place. */
    SAMPLES_APART,
    /** The circuit has every layer of the descriptor. */
    EVERY_LAYER,
    /** The circuit has them in the descriptor's order. */
    ORDER_OF_LAYERS;

    private static final int MASK_ROWS = 6;
    private static final int PROXIMITY_ROWS = 2;

    /** The start of a branch whose transcript binds what the rules say. */
    static BranchSession.Start start(BranchSession.Start honest, Set<Rule> rules) {
        if (rules.contains(CROSS_TERMS_BEFORE_GAMMA) && rules.contains(SAMPLES_APART)) {
            return honest;
        }
        BranchChallenges inner = honest.challenges();
        Extension half = Extension.of(honest.field().inv(2));
        BranchChallenges blind = new BranchChallenges() {
            @Override
            public void absorb(String label, ExtensionVector values) {
                boolean unbound = !rules.contains(CROSS_TERMS_BEFORE_GAMMA) && label.equals("product/cross-terms");
                inner.absorb(label, unbound ? new ExtensionVector(values.size()) : values);
            }

            @Override
            public ExtensionVector challenges(String label, int count) {
                ExtensionVector drawn = inner.challenges(label, count);
                if (!rules.contains(SAMPLES_APART) && label.equals("samples")) {
                    // At the middle of the cube all samples weigh the same.
                    for (int i = 0; i < count; i++) {
                        drawn.set(i, half);
                    }
                }
                return drawn;
            }

            @Override
            public Digest finish() {
                return inner.finish();
            }
        };
        return new BranchSession.Start(honest.field(), honest.plan(), blind, honest.publicTensors());
    }

    /** What alpha is bound to. */
    static ExtensionVector boundBeforeAlpha(ExtensionVector openings, Set<Rule> rules) {
        return rules.contains(OPENINGS_BEFORE_ALPHA) ? openings : new ExtensionVector(openings.size());
    }

    /**
     * The coefficients of the proximity test.
     *
     * @param rows of each root, masks included
     */
    static ExtensionVector rho(ExtensionVector drawn, List<Integer> rows, Set<Rule> rules) {
        int own = rows.getFirst() - PROXIMITY_ROWS;
        ExtensionVector rho = new ExtensionVector(drawn.size());
        for (int i = 0; i < rho.size(); i++) {
            boolean mask = i >= own - (MASK_ROWS - PROXIMITY_ROWS) && i < own;
            boolean left = (mask && !rules.contains(MASKS_IN_PROXIMITY))
                    || (i >= own && !rules.contains(ALL_ROOTS_IN_PROXIMITY));
            Extension kept = rules.contains(RHO_IN_EXTENSION)
                    ? drawn.get(i)
                    : Extension.of(drawn.get(i).c0());
            rho.set(i, left ? Extension.ZERO : kept);
        }
        return rho;
    }

    /** The combined equation. */
    static LinearConstraints.Combined combined(
            Field field, LinearConstraints.Combined combined, Extension alpha, Set<Rule> rules) {
        if (rules.contains(EQUATION_POWERS)) {
            return combined;
        }
        Extension inverse = field.inv(alpha);
        List<RowTerm> terms = new ArrayList<>();
        for (RowTerm term : combined.terms()) {
            ExtensionVector heads = new ExtensionVector(term.heads().size());
            for (int i = 0; i < heads.size(); i++) {
                heads.set(i, field.mul(inverse, term.heads().get(i)));
            }
            terms.add(new RowTerm(term.root(), term.firstRow(), term.stride(), heads, term.low()));
        }
        return new LinearConstraints.Combined(terms, field.mul(inverse, combined.sum()));
    }
}
