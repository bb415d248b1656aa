package dev.candor.cluster.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens, and gives each connection its {@link HttpConnection}. Uses epoll where the platform has it. {@link #start} and {@link #stop} are for one
 * thread; a server starts once.
 */
public final class HttpServer {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final int BACKLOG = 1024;
    private static final int AT_TURNSTILE = 256;
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(256 << 10, 1 << 20);
    private static final String FULL_BODY =
            "{\"error\":\"the node has as many connections as it may; try again\",\"code\":\"OVERLOADED\"}";
    private static final byte[] FULL = Utf8Buffer.ascii(String.join(
            "\r\n",
            "HTTP/1.1 503 Service Unavailable",
            "Content-Type: application/json",
            "Content-Length: " + FULL_BODY.length(),
            "Retry-After: 1",
            "Connection: close",
            "",
            FULL_BODY));

    private final Context shared;
    private final Optional<SslContext> tls;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private @Nullable EventLoopGroup loops;
    private @Nullable Channel acceptor;

    /** What all connections share. */
    static final class Context {
        private final HttpSettings settings;
        private final HttpApplication application;
        private final BodyBudget budget;
        private final LongAdder slowReaders = new LongAdder();
        private volatile boolean stopping;

        Context(HttpSettings settings, HttpApplication application) {
            this.settings = settings;
            this.application = application;
            this.budget = new BodyBudget(settings.maxBuffered());
        }

        HttpSettings settings() {
            return settings;
        }

        HttpApplication application() {
            return application;
        }

        /** Counts a WebSocket that is closed since its client does not read. */
        void slowReader() {
            slowReaders.increment();
        }

        BodyBudget budget() {
            return budget;
        }

        boolean isStopping() {
            return stopping;
        }

        /** How often timeouts are looked after: a quarter of the shortest, between 20 ms and 1 s. */
        long tickNanos() {
            long shortest = Math.min(
                    settings.headTimeout().toMillis(),
                    Math.min(
                            settings.idleTimeout().toMillis(),
                            settings.bodyTimeout().toMillis()));
            return TimeUnit.MILLISECONDS.toNanos(Math.clamp(shortest / 4, 20, 1000));
        }
    }

    /** A server that serves {@code application} once started. */
    public HttpServer(HttpSettings settings, HttpApplication application) {
        this(settings, application, Optional.empty());
    }

    /**
     * As above.
     *
     * @param tls of every connection; empty for none
     */
    public HttpServer(HttpSettings settings, HttpApplication application, Optional<SslContext> tls) {
        this.shared = new Context(settings, application);
        this.tls = tls;
    }

    /**
     * Binds and serves.
     *
     * @return where it listens
     * @throws IOException where the address cannot be had
     */
    public InetSocketAddress start() throws IOException {
        HttpSettings settings = shared.settings();
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory factory = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        int threads = settings.eventLoops() == 0 ? Runtime.getRuntime().availableProcessors() : settings.eventLoops();
        EventLoopGroup group =
                new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("candor-rest"), factory);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                });
        ChannelFuture bound = bootstrap.bind(settings.host(), settings.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IOException(
                    "cannot listen on " + settings.host() + ":" + settings.port() + " ("
                            + bound.cause().getMessage() + "); choose another candor.rest.host or candor.rest.port",
                    bound.cause());
        }
        loops = group;
        acceptor = bound.channel();
        InetSocketAddress address = (InetSocketAddress) bound.channel().localAddress();
        LOG.info("REST listens on {} ({}, {} threads)", address, epoll ? "epoll" : "nio", threads);
        return address;
    }

    private void accept(Channel channel) {
        int now = open.incrementAndGet();
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        if (now > shared.settings().maxConnections()) {
            refused.increment();
            if (now > shared.settings().maxConnections() + AT_TURNSTILE) {
                var _ = channel.close();
                return;
            }
            encrypt(channel);
            channel.pipeline().addLast(new Turnstile());
            return;
        }
        connections.add(channel);
        encrypt(channel);
        StrictRequestDecoder decoder = new StrictRequestDecoder(shared.settings());
        channel.pipeline().addLast(decoder, new HttpConnection(shared, decoder, channel));
    }

    private void encrypt(Channel channel) {
        tls.ifPresent(context -> {
            SslHandler handler = context.newHandler(channel.alloc());
            handler.setHandshakeTimeoutMillis(shared.settings().headTimeout().toMillis());
            channel.pipeline().addLast(handler);
        });
    }

    /** Connections held now. */
    public int connections() {
        return Math.min(open.get(), shared.settings().maxConnections());
    }

    /** Connections turned away since the start. */
    public long refusedConnections() {
        return refused.sum();
    }

    /** WebSockets closed since the start because their clients did not read. */
    public long slowReaders() {
        return shared.slowReaders.sum();
    }

    /** Bytes of bodies held in memory now. */
    public long bufferedBytes() {
        return shared.budget().used();
    }

    /** Whether {@link #stop} was called. */
    public boolean isStopping() {
        return shared.isStopping();
    }

    /** Takes no more connections, lets requests in flight finish within the drain timeout, then closes everything. */
    public CompletableFuture<Void> stop() {
        if (shared.stopping) {
            return stopped;
        }
        EventLoopGroup group = loops;
        Channel listening = acceptor;
        shared.stopping = true;
        if (group == null || listening == null) {
            stopped.complete(null);
            return stopped;
        }
        listening.close().addListener(closed -> {
            for (Channel channel : connections) {
                HttpConnection connection = channel.pipeline().get(HttpConnection.class);
                if (connection != null) {
                    channel.eventLoop().execute(connection::drain);
                }
                WebSocketConnection socket = channel.pipeline().get(WebSocketConnection.class);
                if (socket != null) {
                    channel.eventLoop().execute(socket::drain);
                }
            }
            Future<?> force = GlobalEventExecutor.INSTANCE.schedule(
                    () -> {
                        var _ = connections.close();
                    },
                    shared.settings().drainTimeout().toMillis(),
                    TimeUnit.MILLISECONDS);
            connections.newCloseFuture().addListener(drained -> {
                force.cancel(false);
                group.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(terminated -> stopped.complete(null));
            });
        });
        return stopped;
    }

    /** Tells a connection too many so, and closes it once its client has read that. */
    private static final class Turnstile extends ChannelInboundHandlerAdapter {
        private static final int LINGER_SECONDS = 1;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            DuplexChannel channel = (DuplexChannel) ctx.channel();
            ctx.writeAndFlush(Unpooled.wrappedBuffer(FULL)).addListener(written -> {
                var _ = channel.shutdownOutput();
            });
            var _ = ctx.executor()
                    .schedule(
                            () -> {
                                var _ = channel.close();
                            },
                            LINGER_SECONDS,
                            TimeUnit.SECONDS);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            var _ = ctx.close();
        }
    }
}
