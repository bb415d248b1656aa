package dev.candor.cluster.rest;

/**
 * How one output is wanted.
 *
 * @param name of the output
 * @param binary behind the JSON, as raw bytes
 * @param classes 0 for the tensor itself; else how many of the best classes
 */
record OutputWish(String name, boolean binary, int classes) {}
