/**
 * Look-ups by logarithmic derivatives (Haböck 2022), their fractions added up by the GKR protocol (Papini and Haböck 2023) with all
 * messages hidden.
 */
@NullMarked
package dev.candor.proving.lookup;

import org.jspecify.annotations.NullMarked;
