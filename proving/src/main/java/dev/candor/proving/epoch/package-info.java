/** A committed model on disk: its public lineage, the secret of its epoch, and the record of the openings that are used. */
@NullMarked
package dev.candor.proving.epoch;

import org.jspecify.annotations.NullMarked;
