/** A harness that forks real JVMs, and the fault scenarios. */
@NullMarked
package dev.candor.multijvmtests;

import org.jspecify.annotations.NullMarked;
