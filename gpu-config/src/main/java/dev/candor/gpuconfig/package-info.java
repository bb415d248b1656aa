/** Device discovery, device profiles and inference back-ends. */
@NullMarked
package dev.candor.gpuconfig;

import org.jspecify.annotations.NullMarked;
