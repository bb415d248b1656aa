/** Genesis and leases: the records that need compare-and-set. */
@NullMarked
package dev.candor.persistence.control;

import org.jspecify.annotations.NullMarked;
