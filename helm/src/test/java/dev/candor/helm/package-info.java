/** Tests of the chart. */
@NullMarked
package dev.candor.helm;

import org.jspecify.annotations.NullMarked;
