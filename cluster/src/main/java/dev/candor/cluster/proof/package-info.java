/** Verification of answers on a node: exact models, provers and their commitments, proof jobs' checks, and what callers are told of them. */
@NullMarked
package dev.candor.cluster.proof;

import org.jspecify.annotations.NullMarked;
