/** The rules of the architecture as tests. */
@NullMarked
package dev.candor.architecture;

import org.jspecify.annotations.NullMarked;
