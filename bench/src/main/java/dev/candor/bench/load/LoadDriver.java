package dev.candor.bench.load;

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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends prepared requests as fast as a server answers them. One event loop drives all connections: enough for 50,000 requests a second, and it leaves
 * the other cores to the server. Runs follow one another; for one thread.
 */
public final class LoadDriver implements AutoCloseable {
    private static final long GRACE_SECONDS = 60;
    private static final int CONNECT_MILLIS = 5_000;
    private static final long STOP_MILLIS = 5_000;

    private final boolean epoll = Epoll.isAvailable();
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("load", true), epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

    /**
     * Runs a plan to its end.
     *
     * @throws IOException where the server cannot be reached, or stops answering for a minute
     */
    public LoadResult run(LoadPlan plan) throws IOException, InterruptedException {
        EventLoop loop = group.next();
        LoadRun run = new LoadRun(plan, loop, this::connect);
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
        }
    }

    private void connect(LoadRun run, EventLoop loop) {
        new Bootstrap()
                .group(loop)
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        HttpDecoderConfig lenient = new HttpDecoderConfig().setValidateHeaders(false);
                        channel.pipeline().addLast(new HttpResponseDecoder(lenient), new LoadConnection(run));
                    }
                })
                .connect(run.plan().target())
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        run.fail(connected.cause());
                    }
                });
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(STOP_MILLIS);
    }
}
