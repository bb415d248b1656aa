/** The way of partitions' events from the serving cluster's journal to validators: what may be handed on, and what is taken in. */
@NullMarked
package dev.candor.persistence.ledger.feed;

import org.jspecify.annotations.NullMarked;
