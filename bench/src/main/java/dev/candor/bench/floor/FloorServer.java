package dev.candor.bench.floor;

/** A bare HTTP server on a free port of the loopback address, which answers a POST with the last {@value Echo#OUT} bytes of its body. */
public interface FloorServer extends AutoCloseable {
    /** Where it listens. */
    int port();

    @Override
    void close();
}
