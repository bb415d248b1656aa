package dev.candor.persistence.ledger.allowance;

/** What keeps a gateway within its allowances. A test replaces one rule by a wrong one and must find it out. */
class AllowanceRules {
    static final AllowanceRules STANDARD = new AllowanceRules();

    /** Whether an allowance that ends at {@code end} is over. */
    boolean over(long end, long now) {
        return end <= now;
    }

    /** What a request takes from an allowance of which {@code part} is reserved for it. */
    long spent(long part) {
        return part;
    }
}
