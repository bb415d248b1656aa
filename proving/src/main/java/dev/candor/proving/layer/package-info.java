/**
 * The layers of an integer network as demands on committed cells: one file a layer. Each says which cells it commits, which of them are
 * looked up where, how a linear functional of its output becomes one of its inputs, and why its output is unique given its inputs.
 */
@NullMarked
package dev.candor.proving.layer;

import org.jspecify.annotations.NullMarked;
