package dev.candor.cluster.rest;

import dev.candor.actors.value.Digest;
import dev.candor.cluster.evm.EvmMethods;
import dev.candor.cluster.evm.EvmServices;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.rpc.RpcService;
import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.concurrent.Executor;

/** The endpoint of the EVM facade: {@code POST /evm}. Its transactions are signed, so the door asks for nothing. */
final class EvmApi {
    private EvmApi() {}

    static List<Endpoint> endpoints(
            RestServices services, RestSettings settings, RestMetrics metrics, Executor codecs) {
        Authenticator authenticator = services.authenticator();
        Digest network = services.health().health().network();
        RpcService service = new RpcService(
                EvmMethods.all(new EvmServices(
                        network,
                        settings.version(),
                        services.inference(),
                        services.catalog(),
                        services.verification()::ofModel,
                        services.verification()::show,
                        authenticator::signer,
                        authenticator::admit,
                        !authenticator.protectsOpenAddresses(),
                        services.control(),
                        codecs)),
                caller -> {});
        return List.of(new Endpoint(HttpMethod.POST, "/evm", Endpoint.Access.OPEN, request -> {
            if (!authenticator.protectsOpenAddresses()) {
                // Anybody's signature will do there, so web pages of other origins are kept out as everywhere.
                authenticator.authenticate(request.exchange());
            }
            return new EnvelopeCall(request, metrics, service, settings.offloadFrom(), codecs);
        }));
    }
}
