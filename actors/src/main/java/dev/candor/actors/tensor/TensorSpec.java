package dev.candor.actors.tensor;

/**
 * What a model says of one of its inputs or outputs.
 *
 * @param name as the caller names it, 1 to 128 characters
 * @param datatype of every element
 * @param shape with -1 where any size will do; the first dimension is the batch
 */
public record TensorSpec(String name, DataType datatype, Shape shape) {}
