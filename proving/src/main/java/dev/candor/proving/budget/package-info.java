/** How often a model's root may still be opened: counted, and persisted, before each use. */
@NullMarked
package dev.candor.proving.budget;

import org.jspecify.annotations.NullMarked;
