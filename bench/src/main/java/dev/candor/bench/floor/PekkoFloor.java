package dev.candor.bench.floor;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.util.ByteString;

/** The floor on Pekko HTTP: its low-level server with a strict entity, everything at its defaults but for the log. */
public final class PekkoFloor implements FloorServer {
    private static final Config CONFIG = ConfigFactory.parseString(
                    "pekko { loglevel = WARNING, actor.provider = local, coordinated-shutdown.run-by-jvm-shutdown-hook = off }")
            .withFallback(ConfigFactory.defaultReferenceUnresolved())
            .resolve();
    private static final long BODY_MILLIS = 5_000;
    private static final long STOP_SECONDS = 10;

    private final ActorSystem system = ActorSystem.create("floor", CONFIG);
    private final Materializer materializer = SystemMaterializer.get(system).materializer();
    private final ServerBinding binding;

    /** A server that listens. */
    public PekkoFloor() {
        binding = Http.get(system)
                .newServerAt("127.0.0.1", 0)
                .bind(this::answer)
                .toCompletableFuture()
                .join();
    }

    private CompletionStage<HttpResponse> answer(HttpRequest request) {
        return request.entity().toStrict(BODY_MILLIS, materializer).thenApply(strict -> {
            ByteString body = strict.getData();
            return HttpResponse.create().withEntity(ContentTypes.APPLICATION_OCTET_STREAM, body.takeRight(Echo.OUT));
        });
    }

    @Override
    public int port() {
        return binding.localAddress().getPort();
    }

    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(STOP_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
