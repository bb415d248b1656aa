/** Answers that are kept to be given again: off unless a model's specification turns it on. */
@NullMarked
package dev.candor.actors.cache;

import org.jspecify.annotations.NullMarked;
