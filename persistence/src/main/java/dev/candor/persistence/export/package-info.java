/** The journal of receipts as text that anyone can check: written from the journal, read back and verified without it. */
@NullMarked
package dev.candor.persistence.export;

import org.jspecify.annotations.NullMarked;
