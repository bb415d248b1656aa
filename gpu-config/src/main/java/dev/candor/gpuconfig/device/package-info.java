/** Which devices a node has, and how each is used: threads, batch ladder, memory. */
@NullMarked
package dev.candor.gpuconfig.device;

import org.jspecify.annotations.NullMarked;
