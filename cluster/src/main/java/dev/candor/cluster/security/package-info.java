/**
 * Who may do what at a node's doors: the table of roles and operations, signed requests, limits of each caller, TLS by files, and the log of administrative acts.
 * {@code docs/security.md} says against whom.
 */
@NullMarked
package dev.candor.cluster.security;

import org.jspecify.annotations.NullMarked;
