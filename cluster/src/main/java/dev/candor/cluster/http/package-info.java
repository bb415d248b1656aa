/**
 * A small HTTP/1.1 server on Netty: everything it holds for a client is bounded in bytes and time. It knows requests, bodies and answers; what they
 * mean is the business of an {@link dev.candor.cluster.http.HttpApplication}.
 */
@NullMarked
package dev.candor.cluster.http;

import org.jspecify.annotations.NullMarked;
