package dev.candor.proving.budget;

/**
 * Gives out the openings of one epoch of one model, each once. An opening that was given out is gone, whether a proof came of it or not:
 * every attempt takes a new one. Implementations persist the count before they return. Safe to share.
 */
public interface OpeningBudget {

    /**
     * The next opening.
     *
     * @throws BudgetException where none is left, or the record of those given out cannot be trusted
     */
    long next() throws BudgetException;

    /** How many are left for proofs. */
    long left();
}
