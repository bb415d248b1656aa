package dev.candor.proving.randomness;

/** What a secret random value is for: tests take the randomness of one purpose away and see that hiding is lost. */
public enum Purpose {
    /** The t random coefficients of a row. */
    ROW,
    /** One-time pads of prover messages. */
    PAD,
    /** Masks of product relations. */
    PRODUCT_MASK,
    /** The mask of the proximity test. */
    PROXIMITY_MASK,
    /** The masks of the linear test. */
    LINEAR_MASK,
    /** Salts of leaves. */
    SALT
}
