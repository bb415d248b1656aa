/** One device each: its thread, its models, its turns. */
@NullMarked
package dev.candor.actors.executor;

import org.jspecify.annotations.NullMarked;
