package dev.candor.cluster.evm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.control.ControlStore;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the facade speaks to.
 *
 * @param network digest of the network's genesis record, from which the chain id is made
 * @param version of the software
 * @param inference has models run
 * @param catalog what models there are
 * @param modes what each mode of a model (name, version) costs, and why it is not served
 * @param status of a request, for its caller
 * @param signers who signs under an address
 * @param admission counts a call of a caller, or refuses it
 * @param modelsOpen whether anybody may learn what models there are
 * @param control keeps nonces
 * @param threads check signatures; refuse what is too much
 */
public record EvmServices(
        Digest network,
        String version,
        InferenceService inference,
        ModelCatalog catalog,
        BiFunction<String, String, CompletionStage<JsonNode>> modes,
        BiFunction<RequestId, Caller, CompletionStage<JsonNode>> status,
        Function<Bytes, Optional<Caller>> signers,
        Consumer<Caller> admission,
        boolean modelsOpen,
        ControlStore control,
        Executor threads) {}
