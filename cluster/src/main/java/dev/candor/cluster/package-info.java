/** The node: roles, HTTP, gRPC, command line, health, metrics. */
@NullMarked
package dev.candor.cluster;

import org.jspecify.annotations.NullMarked;
