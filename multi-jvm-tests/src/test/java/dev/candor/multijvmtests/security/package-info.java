/** Strangers at the doors of a real node, and between nodes. */
@NullMarked
package dev.candor.multijvmtests.security;

import org.jspecify.annotations.NullMarked;
