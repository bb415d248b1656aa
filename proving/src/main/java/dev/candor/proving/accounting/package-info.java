/** How many bits a proof proves, computed exactly from its parameters. */
@NullMarked
package dev.candor.proving.accounting;

import org.jspecify.annotations.NullMarked;
