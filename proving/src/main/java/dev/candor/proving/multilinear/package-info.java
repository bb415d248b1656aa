/** Multilinear extensions: tables of eq, folds, evaluations, and folds of int8 matrices. */
@NullMarked
package dev.candor.proving.multilinear;

import org.jspecify.annotations.NullMarked;
