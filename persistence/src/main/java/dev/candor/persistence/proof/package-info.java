/** Proof jobs: durable wishes that answers be proven, what becomes of them, and how provers get their work. */
@NullMarked
package dev.candor.persistence.proof;

import org.jspecify.annotations.NullMarked;
