/**
 * The REST front end: the Open Inference Protocol as Triton's clients speak it, and Candor's own API under {@code /v1}. {@code docs/rest.md} lists
 * every endpoint.
 */
@NullMarked
package dev.candor.cluster.rest;

import org.jspecify.annotations.NullMarked;
