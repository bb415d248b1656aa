/** Node and client processes under faults, what they said, and whether the journal agrees. */
@NullMarked
package dev.candor.multijvmtests.harness;

import org.jspecify.annotations.NullMarked;
