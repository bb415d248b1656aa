/**
 * JSON-RPC 2.0: envelopes, batches, notifications, errors with this node's stable codes, and subscriptions over WebSocket. It knows no method; {@code
 * docs/dapps.md} lists those that the node has.
 */
@NullMarked
package dev.candor.cluster.rpc;

import org.jspecify.annotations.NullMarked;
