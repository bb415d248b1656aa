package dev.candor.bench.load;

/**
 * One request of a run.
 *
 * @param share its number
 * @param due when it was to be sent, on the monotonic clock; what it takes is counted from here
 * @param sampled whether its answer is read and judged
 */
record Shot(int share, PreparedCall call, long due, boolean sampled) {}
