/** Runs models through DJL on libtorch. */
@NullMarked
package dev.candor.gpuconfig.inference;

import org.jspecify.annotations.NullMarked;
