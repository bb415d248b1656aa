package dev.candor.bench.load;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends prepared requests by a plan. One event loop drives all connections: enough for 50,000 requests a second over HTTP, and it leaves the other cores to the
 * server. Runs follow one another; for one thread.
 */
public final class LoadDriver implements AutoCloseable {
    private static final long GRACE_SECONDS = 60;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int MAX_MESSAGE = 256 << 20;
    private static final long STOP_MILLIS = 5_000;

    private final boolean epoll = Epoll.isAvailable();
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("load", true), epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

    /** Runs a plan to its end, as {@link #measure} does. */
    public LoadResult run(LoadPlan plan) throws IOException, InterruptedException {
        return measure(plan, LoadProgress.SILENT).result();
    }

    /**
     * Runs a plan to its end.
     *
     * @param progress told about once a second how it goes
     * @throws IOException where the server cannot be reached, or stops answering for a minute
     */
    public Measured measure(LoadPlan plan, LoadProgress progress) throws IOException, InterruptedException {
        EventLoop loop = group.next();
        Connections connections = new Connections(plan);
        LoadRun run = new LoadRun(plan, loop, connections, progress);
        loop.execute(run::open);
        long limit = plan.warmUp().plus(plan.window()).toSeconds() + GRACE_SECONDS;
        try {
            return run.result().get(limit, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the load on " + plan.target() + " failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(plan.target() + " did not answer everything within " + limit + " s", e);
        } finally {
            loop.submit(run::close).await();
            connections.close();
        }
    }

    /** The connections of one run. */
    private final class Connections implements LoadRun.Connector {
        private final LoadPlan plan;
        private final List<ManagedChannel> channels = new ArrayList<>();

        Connections(LoadPlan plan) {
            this.plan = plan;
        }

        @Override
        public void http(LoadRun run) {
            new Bootstrap()
                    .group(group)
                    .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            HttpDecoderConfig lenient = new HttpDecoderConfig().setValidateHeaders(false);
                            channel.pipeline().addLast(new HttpResponseDecoder(lenient), new HttpLane(run));
                        }
                    })
                    .connect(plan.target())
                    .addListener(connected -> {
                        if (!connected.isSuccess()) {
                            run.fail(connected.cause());
                        }
                    });
        }

        @Override
        public void grpc(LoadRun run, int number) {
            if (channels.size() < LoadPlan.GRPC_CHANNELS && channels.size() <= number) {
                // The group has one event loop, so whatever a channel calls back, it calls on the run's thread.
                channels.add(NettyChannelBuilder.forAddress(plan.grpcTarget())
                        .eventLoopGroup(group)
                        .channelType(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                        .directExecutor()
                        .disableRetry()
                        .maxInboundMessageSize(MAX_MESSAGE)
                        .usePlaintext()
                        .build());
            }
            run.opened(new GrpcLane(run, channels.get(number % channels.size())));
        }

        void close() throws InterruptedException {
            for (ManagedChannel channel : channels) {
                channel.shutdownNow();
            }
            for (ManagedChannel channel : channels) {
                channel.awaitTermination(STOP_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(STOP_MILLIS);
    }
}
