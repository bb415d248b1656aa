/**
 * Trained networks in floating point: read from TorchScript or ONNX files into one {@linkplain dev.candor.proving.graph.FloatGraph graph},
 * and executed for calibration. What a file asks for and a graph has no operation for is refused with
 * {@link dev.candor.proving.graph.UnsupportedModelException}, which names the operator and where it stands.
 */
@NullMarked
package dev.candor.proving.graph;

import org.jspecify.annotations.NullMarked;
