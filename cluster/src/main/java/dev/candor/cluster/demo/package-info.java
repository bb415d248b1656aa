/** The main job in one command: serve, answer, verify, restart, answer the same. */
@NullMarked
package dev.candor.cluster.demo;

import org.jspecify.annotations.NullMarked;
