/** What an executor needs of a device; implemented over DJL in {@code gpu-config}. */
@NullMarked
package dev.candor.actors.backend;

import org.jspecify.annotations.NullMarked;
