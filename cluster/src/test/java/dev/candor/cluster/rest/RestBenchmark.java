package dev.candor.cluster.rest;

import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.http.HttpSettings;
import dev.candor.cluster.http.NoAuthentication;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * CPU time a request of this front end, with a service that answers at once, beside that of bare Netty. The server is a process of its own, and its
 * CPU time is what counts. Not a test: {@code main} prints a table.
 */
public final class RestBenchmark {
    private static final int ROW = 784;
    private static final int CONNECTIONS = 32;
    private static final Duration WARM_UP = Duration.ofSeconds(12);
    private static final Duration MEASURED = Duration.ofSeconds(8);

    private RestBenchmark() {}

    /** Without arguments measures everything; with one serves ({@code rest} or {@code floor}). */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1) {
            serve(arguments[0].equals("rest"));
            return;
        }
        System.out.printf("%-28s %12s %14s%n", "case", "requests/s", "CPU us/request");
        for (String name : List.of("floor", "binary", "json", "metadata")) {
            measure(name);
        }
    }

    private static void serve(boolean rest) throws Exception {
        InetSocketAddress address;
        if (rest) {
            HttpSettings base = RestFixture.HTTP;
            RestFixture fixture = new RestFixture(base, new NoAuthentication(), settings -> settings);
            ModelSpec spec = FakeCluster.spec(
                    List.of(FakeCluster.tensor("x", DataType.FP32, -1, ROW)),
                    List.of(FakeCluster.tensor("y", DataType.FP32, -1, 10)));
            fixture.cluster.add("mlp", spec);
            InferenceOutcome answer = FakeCluster.answered(
                    fixture.cluster.models.get("mlp").ref(ModelVersion.FIRST),
                    List.of(new Tensor("y", DataType.FP32, Shape.of(1, 10), Bytes.wrap(new byte[40]))),
                    false);
            fixture.cluster.answers = request -> {
                fixture.cluster.requests.clear();
                fixture.cluster.callers.clear();
                return request.model().equals("mlp") ? answer : fixture.cluster.echo(request);
            };
            address = fixture.address;
        } else {
            address = floor();
        }
        System.out.println(address.getPort());
        LockSupport.park();
    }

    private static InetSocketAddress floor() {
        byte[] body = new byte[40];
        return (InetSocketAddress) new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory()))
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(1 << 20),
                                        new SimpleChannelInboundHandler<FullHttpRequest>() {
                                            @Override
                                            protected void channelRead0(
                                                    ChannelHandlerContext ctx, FullHttpRequest request) {
                                                DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                                                        HttpVersion.HTTP_1_1,
                                                        HttpResponseStatus.OK,
                                                        Unpooled.wrappedBuffer(body));
                                                response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
                                                var _ = ctx.writeAndFlush(response, ctx.voidPromise());
                                            }
                                        });
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel()
                .localAddress();
    }

    private static byte[] request(String name) {
        byte[] data = new byte[4 * ROW];
        return switch (name) {
            case "metadata" ->
                "GET /v2/models/mlp HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            case "json" ->
                post(
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1," + ROW + "],\"datatype\":\"FP32\",\"data\":["
                                + "0.0,0.7254902124404907,".repeat(ROW / 2 - 1) + "0.5,0.25]}]}",
                        new byte[0],
                        false);
            case "binary", "floor" ->
                post(
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1," + ROW
                                + "],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":" + data.length
                                + "}}],\"parameters\":{\"binary_data_output\":true}}",
                        data,
                        true);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static byte[] post(String json, byte[] tail, boolean binary) {
        String head =
                "POST /v2/models/mlp/infer HTTP/1.1\r\nHost: localhost:8000\r\nContent-Type: application/octet-stream\r\n"
                        + (binary ? "Inference-Header-Content-Length: " + json.length() + "\r\n" : "")
                        + "Content-Length: " + (json.length() + tail.length) + "\r\n\r\n" + json;
        byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(bytes, bytes.length + tail.length);
        System.arraycopy(tail, 0, whole, bytes.length, tail.length);
        return whole;
    }

    private static void measure(String name) throws Exception {
        Process server = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-Xmx1g",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RestBenchmark.class.getName(),
                        name.equals("floor") ? "floor" : "rest")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            String line = out.readLine();
            while (!line.matches("[0-9]+")) {
                line = out.readLine();
            }
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(line));
            load(address, request(name), WARM_UP);
            Duration before = cpu(server);
            long started = System.nanoTime();
            long requests = load(address, request(name), MEASURED);
            double seconds = (System.nanoTime() - started) / 1e9;
            double micros = cpu(server).minus(before).toNanos() / 1e3;
            System.out.printf(Locale.ROOT, "%-28s %12.0f %14.1f%n", name, requests / seconds, micros / requests);
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    private static Duration cpu(Process server) {
        return server.info().totalCpuDuration().orElseThrow();
    }

    private static long load(InetSocketAddress address, byte[] request, Duration duration) throws InterruptedException {
        AtomicLong requests = new AtomicLong();
        CountDownLatch done = new CountDownLatch(CONNECTIONS);
        long end = System.nanoTime() + duration.toNanos();
        for (int i = 0; i < CONNECTIONS; i++) {
            Thread.ofPlatform().start(() -> {
                try (RawClient client = new RawClient(address)) {
                    while (System.nanoTime() < end) {
                        int status = client.send(request).read().status();
                        if (status != 200) {
                            throw new IllegalStateException("status " + status);
                        }
                        requests.incrementAndGet();
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        return requests.get();
    }
}
