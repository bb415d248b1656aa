package dev.candor.proving.budget;

/** No opening can be given out. The message says why, and what to do. */
public final class BudgetException extends Exception {

    private static final long serialVersionUID = 1;

    public BudgetException(String message) {
        super(message);
    }

    public BudgetException(String message, Throwable cause) {
        super(message, cause);
    }
}
