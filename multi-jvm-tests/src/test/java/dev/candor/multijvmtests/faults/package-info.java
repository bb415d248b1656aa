/** Fault scenarios: real processes, real signals, and what must hold afterwards. */
package dev.candor.multijvmtests.faults;
