/**
 * What OpenGradient's clients expect of an answer of a language model: a signature over a canonical form of the request and of the answer. The key is software's, and
 * whatever leaves this package says so.
 */
@NullMarked
package dev.candor.cluster.opengradient;

import org.jspecify.annotations.NullMarked;
