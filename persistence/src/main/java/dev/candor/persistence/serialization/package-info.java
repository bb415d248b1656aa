/** How events, snapshots and messages become bytes: canonical and versioned where they are kept, CBOR where they only travel. */
@NullMarked
package dev.candor.persistence.serialization;

import org.jspecify.annotations.NullMarked;
