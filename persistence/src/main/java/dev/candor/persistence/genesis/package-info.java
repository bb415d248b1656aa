/** The genesis record: what every node of a network agrees on for ever. */
@NullMarked
package dev.candor.persistence.genesis;

import org.jspecify.annotations.NullMarked;
