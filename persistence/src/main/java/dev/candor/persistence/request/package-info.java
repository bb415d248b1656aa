/** Requests with an idempotency key: concurrent attempts under one key become one execution. */
@NullMarked
package dev.candor.persistence.request;

import org.jspecify.annotations.NullMarked;
