/** A validator: the pure consensus and ledger with a journal, a feed of partitions' events, peers and a clock around them. */
@NullMarked
package dev.candor.persistence.ledger.validator;

import org.jspecify.annotations.NullMarked;
