/** What a gateway may admit on account: allowances leased from the ledger, and what is left of them. */
@NullMarked
package dev.candor.persistence.ledger.allowance;

import org.jspecify.annotations.NullMarked;
