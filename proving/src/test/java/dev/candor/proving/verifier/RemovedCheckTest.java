package dev.candor.proving.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.constraint.Check;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** For each check an attack that gets through without it and not with it: every check is needed, and works. */
final class RemovedCheckTest {

    @ParameterizedTest
    @EnumSource(Check.class)
    void eachCheckStopsAnAttackThatNothingElseStops(Check check) throws RefusedException {
        Set<Check> without = EnumSet.complementOf(EnumSet.of(check));
        assertThat(accepted(check, without)).as("without %s", check).isTrue();
        assertThat(accepted(check, EnumSet.allOf(Check.class)))
                .as("with all checks")
                .isFalse();
    }

    /** Further attacks that a single check stops. */
    enum More {
        ANOTHER_INPUT(Check.MATRIX_PRODUCT),
        LAYERS_SWAPPED(Check.MATRIX_PRODUCT);

        final Check check;

        More(Check check) {
            this.check = check;
        }

        boolean accepted(Set<Check> checks) {
            return switch (this) {
                case ANOTHER_INPUT -> LayerAttacks.anotherInput(checks);
                case LAYERS_SWAPPED -> LayerAttacks.layersSwapped(checks);
            };
        }
    }

    @ParameterizedTest
    @EnumSource(More.class)
    void someChecksStopMoreThanOneAttack(More attack) {
        assertThat(attack.accepted(EnumSet.complementOf(EnumSet.of(attack.check))))
                .as("without %s", attack.check)
                .isTrue();
        assertThat(attack.accepted(EnumSet.allOf(Check.class)))
                .as("with all checks")
                .isFalse();
    }

    static boolean accepted(Check target, Set<Check> checks) throws RefusedException {
        return switch (target) {
            case COLUMN_HASHES -> ExecutionAttacks.columnsRepaired(checks);
            case PROXIMITY_COLUMNS -> ExecutionAttacks.longRows(checks);
            case LINEAR_COLUMNS -> ExecutionAttacks.sumRepaired(checks);
            case LINEAR_SUM, OUTPUT -> ExecutionAttacks.anotherOutput(checks);
            case GRINDING -> ExecutionAttacks.noWork(checks);
            case SECURITY -> ExecutionAttacks.fewColumns(checks);
            case BUDGET -> ExecutionAttacks.pastTheBudget(checks);
            case OPENING_UNUSED -> ExecutionAttacks.replay(checks);
            case PUBLIC_RANGES -> ExecutionAttacks.inputOutOfRange(checks);
            case LINEAGE -> ExecutionAttacks.anotherLineage(checks);
            case PRODUCT_OPENING, MATRIX_PRODUCT -> ExecutionAttacks.anotherModel(checks);
            case PRODUCT_VALUE -> ExecutionAttacks.anotherSum(checks);
            case HIDDEN_PRODUCT -> TokenAttacks.anotherProduct(checks);
            case SOFTMAX_MAXIMUM -> TokenAttacks.anotherMaximum(checks);
            case SOFTMAX_QUOTIENT -> TokenAttacks.anotherQuotient(checks);
            case SOFTMAX_BOUND -> TokenAttacks.smallerQuotient(checks);
            case NORMALISE_PRODUCT -> TokenAttacks.anotherSquare(checks);
            case NORMALISE_BELOW -> TokenAttacks.largerRoot(checks);
            case NORMALISE_ABOVE -> TokenAttacks.smallerRoot(checks);
            case REQUANTISE -> ExecutionAttacks.anotherAccumulator(checks);
            case ROLL_OVER -> ExecutionAttacks.rollOverToAnotherModel(checks);
            case BIAS_LIMBS -> ExecutionAttacks.biasOutOfRange(checks);
            case LOOKUP_SUM -> LookupAttacks.sum(checks);
            case LOOKUP_ROOT -> LookupAttacks.root(checks);
            case LOOKUP_NONZERO -> LookupAttacks.nonzero(checks);
            case LOOKUP_LAYER -> LookupAttacks.layer(checks);
            case LOOKUP_NUMERATORS -> LookupAttacks.numerators(checks);
            case LOOKUP_DENOMINATORS -> LookupAttacks.denominators(checks);
        };
    }
}
