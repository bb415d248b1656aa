/** Measures what batch sizes a model runs best in on a device, and writes it as a profile. */
@NullMarked
package dev.candor.gpuconfig.tune;

import org.jspecify.annotations.NullMarked;
