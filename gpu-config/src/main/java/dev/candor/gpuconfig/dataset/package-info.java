/** Data sets that come with the shipped models. */
@NullMarked
package dev.candor.gpuconfig.dataset;

import org.jspecify.annotations.NullMarked;
