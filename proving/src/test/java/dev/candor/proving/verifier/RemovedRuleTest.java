package dev.candor.proving.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.field.Goldilocks;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** For each rule of the protocol an attack that gets through where it is not kept and not where it is. */
final class RemovedRuleTest {

    @ParameterizedTest
    @EnumSource(Rule.class)
    void eachRuleStopsAnAttackThatNothingElseStops(Rule rule) {
        assertThat(accepted(rule, EnumSet.complementOf(EnumSet.of(rule))))
                .as("without %s", rule)
                .isTrue();
        assertThat(accepted(rule, EnumSet.allOf(Rule.class)))
                .as("with all rules")
                .isFalse();
    }

    static boolean accepted(Rule target, Set<Rule> rules) {
        return switch (target) {
            case EQUATION_POWERS -> RuleAttacks.maskThatAddsUp(rules);
            case RHO_IN_EXTENSION -> RuleAttacks.rowThatIsNotTested(rules);
            case CROSS_TERMS_BEFORE_GAMMA -> RuleAttacks.crossTermsAfterGamma(rules);
            case OPENINGS_BEFORE_ALPHA -> RuleAttacks.openingsAfterAlpha(rules);
            case MASKS_IN_PROXIMITY -> RuleAttacks.maskOutsideTheCode(rules);
            case ALL_ROOTS_IN_PROXIMITY -> RuleAttacks.modelOutsideTheCode(rules);
            case LIMBS_OF_THEIR_WIDTH -> LayerAttacks.remainderOfOneBitMore(rules);
            case SAMPLES_APART -> LayerAttacks.positionsSwapped(rules);
            case EVERY_LAYER -> LayerAttacks.layerDropped(rules);
            case ORDER_OF_LAYERS -> LayerAttacks.layersReordered(rules);
            case TRUE_CELLS_ONLY -> new PaddingProof(Goldilocks.INSTANCE, rules).accepts();
        };
    }
}
