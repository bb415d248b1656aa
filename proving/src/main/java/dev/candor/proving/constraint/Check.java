package dev.candor.proving.constraint;

/**
 * Everything that a verifier checks, by name: naming the checks lets a test leave each out and show what then gets through. The first part
 * is checked in the open; the second part are equations of hidden values, which all go through {@link #LINEAR_COLUMNS}.
 */
public enum Check {
    /** The columns that are opened have the hashes that the roots commit to. */
    COLUMN_HASHES,
    /** The answer of the proximity test, at the opened columns, is the combination of the rows of all roots. */
    PROXIMITY_COLUMNS,
    /** The answer of the linear test, at the opened columns, is the combination that the equations give. */
    LINEAR_COLUMNS,
    /** The answer of the linear test adds up, over the data positions, to what the equations demand. */
    LINEAR_SUM,
    /** The work before the columns were drawn. */
    GRINDING,
    /** The accounting of the parameters in use reaches the policy. */
    SECURITY,
    /** The opening is one of those that the random coefficients of the model's commitment allow. */
    BUDGET,
    /** The opening was not seen before. */
    OPENING_UNUSED,
    /** The public inputs and outputs are integers of their public ranges. */
    PUBLIC_RANGES,
    /** The model's root is linked to the model's id by a registration and roll-overs. */
    LINEAGE,
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
    /** The last round of a product of two hidden tensors. */
    HIDDEN_PRODUCT,
    /** The largest of a row of a softmax is one of its elements. */
    SOFTMAX_MAXIMUM,
    /** The factor of a row of a softmax, its sum and the rest of their product. */
    SOFTMAX_QUOTIENT,
    /** The rest is below the sum. */
    SOFTMAX_BOUND,
    /** The product of the factor of a normalised row and its sum of squares. */
    NORMALISE_PRODUCT,
    /** The square of the factor, times the sum of squares, is at most what it has to be. */
    NORMALISE_BELOW,
    /** The square of one more than the factor, times the sum of squares, is above it. */
    NORMALISE_ABOVE,
    /** A requantised value, its remainder and its accumulator. */
    REQUANTISE,
    /** The last value of the network is the public output. */
    OUTPUT,
    /** The cells of two epochs of one model are equal. */
    ROLL_OVER,
    /** The limbs of a bias. */
    BIAS_LIMBS
}
