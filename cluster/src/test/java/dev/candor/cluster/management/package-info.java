/** Tests of the management port. */
@NullMarked
package dev.candor.cluster.management;

import org.jspecify.annotations.NullMarked;
