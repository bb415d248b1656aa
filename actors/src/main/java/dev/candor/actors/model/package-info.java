/** Models: names, versions, specifications, batching knobs. */
@NullMarked
package dev.candor.actors.model;

import org.jspecify.annotations.NullMarked;
