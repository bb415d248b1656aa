/** Entity types, extractors, allocation and passivation: it only names and places. */
@NullMarked
package dev.candor.sharding;

import org.jspecify.annotations.NullMarked;
