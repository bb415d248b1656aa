/** The ledger as a file that anyone can check: written once, replayed without cluster, network or database. */
@NullMarked
package dev.candor.persistence.ledger.replay;

import org.jspecify.annotations.NullMarked;
