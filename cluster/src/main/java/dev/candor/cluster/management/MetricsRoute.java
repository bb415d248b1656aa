package dev.candor.cluster.management;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.management.javadsl.ManagementRouteProvider;
import org.apache.pekko.management.javadsl.ManagementRouteProviderSettings;

/** {@code /metrics} on the management port, in the format that the scraper asks for. Pekko makes it by name. */
public final class MetricsRoute implements ManagementRouteProvider {
    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    private final ActorSystem system;
    private final ScrapeToken token;

    /** That of a node. */
    public MetricsRoute(ExtendedActorSystem system) {
        this.system = system;
        this.token =
                ScrapeToken.of(ManagementSettings.of(system.settings().config()).tokenFile());
    }

    @Override
    public Route routes(ManagementRouteProviderSettings settings) {
        return Directives.path(
                "metrics",
                () -> Directives.get(() -> Directives.optionalHeaderValueByName(
                        "Authorization",
                        authorization -> Directives.optionalHeaderValueByName(
                                "Accept",
                                accept -> Directives.complete(
                                        token.admits(authorization) ? answer(accept.orElse("")) : stranger())))));
    }

    private static HttpResponse stranger() {
        return HttpResponse.create()
                .withStatus(StatusCodes.UNAUTHORIZED)
                .addHeader(RawHeader.create("WWW-Authenticate", "Bearer"))
                .withEntity("send the token of candor.node.management.token-file as Authorization: Bearer TOKEN\n");
    }

    private HttpResponse answer(String accept) {
        return NodeManagement.of(system)
                .figures()
                .map(registry -> figures(registry, FORMATS.findWriter(accept)))
                .orElseGet(() -> HttpResponse.create()
                        .withStatus(StatusCodes.SERVICE_UNAVAILABLE)
                        .withEntity("the node is starting\n"));
    }

    private static HttpResponse figures(PrometheusRegistry registry, ExpositionFormatWriter writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 15);
        try {
            writer.write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HttpResponse.create()
                .withEntity(HttpEntities.create(ContentTypes.parse(writer.getContentType()), out.toByteArray()));
    }
}
