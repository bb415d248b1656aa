package dev.candor.proving.constraint;

/**
 * The equations that a verifier demands of hidden values, by what they are for. They all reach the verifier through one linear test;
 * naming them lets a test leave one kind out and show what then gets through.
 */
public enum Check {
    /** The opened factors of a product are the committed ones plus gamma times their masks. */
    PRODUCT_OPENING,
    /** The quadratic form of the opened factors is what the committed product and cross terms give. */
    PRODUCT_VALUE,
    /** The fractions of all look-up trees add up to that of the tables. */
    LOOKUP_SUM,
    /** The fraction at the root of a look-up tree. */
    LOOKUP_ROOT,
    /** The denominator at the root of a look-up tree is not zero. */
    LOOKUP_NONZERO,
    /** A layer of a look-up tree follows from the next. */
    LOOKUP_LAYER,
    /** The numerators at the leaves are the indicator of true cells. */
    LOOKUP_NUMERATORS,
    /** The denominators at the leaves are those of the looked-up cells. */
    LOOKUP_DENOMINATORS,
    /** The last round of a matrix product. */
    MATRIX_PRODUCT,
    /** A requantised value, its remainder and its accumulator. */
    REQUANTISE,
    /** The last value of the network is the public output. */
    OUTPUT,
    /** The cells of two epochs of one model are equal. */
    ROLL_OVER,
    /** The limbs of a bias. */
    BIAS_LIMBS
}
