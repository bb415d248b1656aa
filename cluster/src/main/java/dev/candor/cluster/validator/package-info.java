/** Validators as processes of their own: the network between them, the way of events to them, and what serving nodes ask them. */
@NullMarked
package dev.candor.cluster.validator;

import org.jspecify.annotations.NullMarked;
