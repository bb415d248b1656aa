@NullMarked
package dev.candor.cluster.evidence;

import org.jspecify.annotations.NullMarked;
