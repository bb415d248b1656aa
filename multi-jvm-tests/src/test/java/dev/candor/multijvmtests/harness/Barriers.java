package dev.candor.multijvmtests.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/**
 * Places where processes wait for one another: whoever calls {@link #meet} or the conductor's {@link #release} goes on once the other has come. Each name
 * is used once. The conductor owns the object, the others know its port. Thread-safe.
 */
public final class Barriers implements AutoCloseable {
    private final ServerSocket server;
    private final Map<String, Socket> arrived = new HashMap<>();
    private final List<Socket> open = new ArrayList<>();

    /** Listens on a free loopback port. */
    public Barriers() throws IOException {
        server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("barriers").start(this::accept);
    }

    /** The port. */
    public int port() {
        return server.getLocalPort();
    }

    /** The conductor's side: waits until the other process is at {@code name}, then lets it go on. */
    public synchronized void release(String name, Duration limit) throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!arrived.containsKey(name)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new TimeoutException(
                        "nobody came to the barrier " + name + " within " + limit.toSeconds() + " s");
            }
            wait(Math.max(1, left / 1_000_000));
        }
        try (Socket socket = arrived.remove(name)) {
            socket.getOutputStream().write('\n');
        }
    }

    /** Another process' side: says that it is at {@code name} and waits for the conductor. */
    public static void meet(int port, String name, Duration limit) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) limit.toMillis());
            socket.setSoTimeout((int) limit.toMillis());
            socket.getOutputStream().write((name + "\n").getBytes(StandardCharsets.UTF_8));
            if (socket.getInputStream().read() < 0) {
                throw new IOException("the conductor left the barrier " + name);
            }
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofPlatform().daemon().name("barrier-arrival").start(() -> arrive(socket));
            } catch (SocketException e) {
                return;
            } catch (IOException e) {
                throw new IllegalStateException("the barriers broke", e);
            }
        }
    }

    private void arrive(Socket socket) {
        try {
            String name = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            synchronized (this) {
                open.add(socket);
                arrived.put(name, socket);
                notifyAll();
            }
        } catch (IOException e) {
            // It died on its way: whoever waits for it runs into the deadline and says so.
        }
    }

    @Override
    public synchronized void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
