/** The gRPC front end: the inference service in the superset that existing clients speak, and the standard health service. */
@NullMarked
package dev.candor.cluster.grpc;

import org.jspecify.annotations.NullMarked;
