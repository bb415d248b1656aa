/** Language models of a node: text and embeddings in the terms of their callers, over the same gateway, receipts and journal as every other model. */
@NullMarked
package dev.candor.cluster.language;

import org.jspecify.annotations.NullMarked;
