/** Prime fields, their quadratic extensions and the flat loops over arrays of elements that everything else is built of. */
@NullMarked
package dev.candor.proving.field;

import org.jspecify.annotations.NullMarked;
