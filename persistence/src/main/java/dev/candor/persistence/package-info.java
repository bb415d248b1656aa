/** Events, entities, serialisation, ledger state machines, read models, journals. */
@NullMarked
package dev.candor.persistence;

import org.jspecify.annotations.NullMarked;
