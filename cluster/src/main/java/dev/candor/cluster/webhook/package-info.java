/** Signed calls to addresses that callers name: what may be called, how it is signed, and how one attempt is made. */
@NullMarked
package dev.candor.cluster.webhook;

import org.jspecify.annotations.NullMarked;
