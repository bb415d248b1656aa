/**
 * As much of an EVM chain's JSON-RPC as OpenGradient's SDK needs to have a model run: transactions that call the inference contract are decoded, their signatures,
 * chain and nonces checked, and the request goes the way of all requests. There is no chain and no virtual machine behind it; {@code docs/dapps.md} says what is not
 * what it looks like.
 */
@NullMarked
package dev.candor.cluster.evm;

import org.jspecify.annotations.NullMarked;
