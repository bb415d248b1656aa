/** Nodes with one safety property broken, to show that the checks around a node notice. */
@NullMarked
package dev.candor.multijvmtests.mutants;

import org.jspecify.annotations.NullMarked;
