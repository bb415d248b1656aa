package dev.candor.cluster.evm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.rpc.RpcCall;
import dev.candor.cluster.rpc.RpcMethod;
import dev.candor.cluster.security.Operation;
import dev.candor.cluster.security.Secp256k1;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The methods of the facade. Nobody needs credentials for the door: a transaction is its signer's, who must be a caller that may infer, and everything else tells
 * nothing of models or answers to who does not know a transaction's hash. Thread-safe; does not block.
 */
public final class EvmMethods {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Chain ids begin here, where no chain has been seen. */
    private static final long CHAINS = 0xca_0000_0000L;

    private final EvmServices services;
    private final EvmTransactions transactions = new EvmTransactions();
    private final EvmNonces nonces;
    private final EvmInference inference;
    private final long chain;

    private EvmMethods(EvmServices services) {
        this.services = services;
        this.nonces = new EvmNonces(services.control());
        this.inference = new EvmInference(services, transactions);
        this.chain = chainId(services.network());
    }

    /** The chain id of a network: transactions of one mean nothing in another. */
    public static long chainId(Digest network) {
        return CHAINS | (ByteBuffer.wrap(network.toArray()).getInt() & 0xffff_ffffL);
    }

    /** All of them, over state of their own. */
    public static List<RpcMethod> all(EvmServices services) {
        EvmMethods evm = new EvmMethods(services);
        List<String> of = List.of("address", "block");
        List<String> call = List.of("call", "block", "overrides");
        return List.of(
                evm.method("eth_chainId", List.of(), any -> text(EvmJson.quantity(evm.chain))),
                evm.method("net_version", List.of(), any -> text(Long.toString(evm.chain))),
                evm.method("web3_clientVersion", List.of(), any -> text("candor/" + services.version() + "/facade")),
                evm.method("eth_blockNumber", List.of(), any -> text(EvmJson.quantity(evm.transactions.height()))),
                evm.method("eth_gasPrice", List.of(), any -> text("0x0")),
                evm.method("eth_accounts", List.of(), any -> done(JsonNodeFactory.instance.arrayNode())),
                evm.method("eth_getBalance", of, evm::balance),
                evm.method("eth_getCode", of, evm::code),
                evm.method("eth_getTransactionCount", of, evm::count),
                evm.method("eth_estimateGas", call, evm::estimate),
                evm.method("eth_call", call, evm::simulate),
                evm.method("eth_sendRawTransaction", List.of("transaction"), evm::send),
                evm.method("eth_getTransactionReceipt", List.of("hash"), evm::receipt),
                evm.method("eth_getTransactionByHash", List.of("hash"), evm::transaction));
    }

    private RpcMethod method(String name, List<String> parameters, Function<RpcCall, CompletionStage<JsonNode>> body) {
        return new RpcMethod(
                name,
                Operation.PROBE,
                parameters,
                call -> body.apply(call).thenApply(json -> json.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static CompletionStage<JsonNode> done(JsonNode json) {
        return CompletableFuture.completedStage(json);
    }

    private static CompletionStage<JsonNode> text(String text) {
        return done(JsonNodeFactory.instance.textNode(text));
    }

    private static Bytes address(RpcCall call) {
        return EvmJson.exactly("address", call.params().text("address"), Secp256k1.ADDRESS);
    }

    /** There is no coin: what answers cost is paid from the caller's account in the ledger. */
    private CompletionStage<JsonNode> balance(RpcCall call) {
        address(call);
        return text("0x0");
    }

    /** Where a contract would be, tools look for code: the opcode that is none. */
    private CompletionStage<JsonNode> code(RpcCall call) {
        Bytes address = address(call);
        boolean there = address.equals(InferenceContract.ADDRESS) || address.equals(InferenceContract.PRECOMPILE);
        return text(there ? "0xfe" : "0x");
    }

    private CompletionStage<JsonNode> count(RpcCall call) {
        return nonces.next(address(call)).thenApply(next -> JsonNodeFactory.instance.textNode(EvmJson.quantity(next)));
    }

    /** A call is not signed: where the node knows its callers, it learns nothing of models by it. */
    private CompletionStage<JsonNode> estimate(RpcCall call) {
        return onThreads(() -> {
            Asked asked = asked(call);
            return judged(asked)
                    .thenApply(
                            run -> JsonNodeFactory.instance.textNode(EvmJson.quantity(EvmInference.gas(asked.data()))));
        });
    }

    /** No model runs for a call, since it is not signed: it finds out whether a transaction would be refused, and why. */
    private CompletionStage<JsonNode> simulate(RpcCall call) {
        return onThreads(() -> judged(asked(call))
                .thenCompose(run -> CompletableFuture.<JsonNode>failedStage(new RefusedException(
                        ErrorCode.UNIMPLEMENTED,
                        "run is for transactions: a call is not signed, so no model runs for it, and this one has no"
                                + " mistake that could be seen"))));
    }

    private CompletionStage<InferenceContract.Run> judged(Asked asked) {
        InferenceContract.Run run = InferenceContract.read(asked.to(), asked.data());
        return services.modelsOpen()
                ? inference.requireMode(inference.fit(run)).thenApply(fits -> run)
                : CompletableFuture.completedStage(run);
    }

    private CompletionStage<JsonNode> send(RpcCall call) {
        Bytes raw = EvmJson.bytes("transaction", call.params().text("transaction"), EvmTransaction.MAX_SIZE);
        return onThreads(() -> {
            EvmTransaction transaction = EvmTransaction.read(raw, chain);
            Caller caller = caller(transaction.signer());
            Operation.INFERENCE.require(caller);
            services.admission().accept(caller);
            InferenceContract.Run run = InferenceContract.read(transaction.to(), transaction.data());
            if (transaction.gas().bitLength() < 63
                    && transaction.gas().longValueExact() < EvmInference.gas(transaction.data())) {
                throw EvmJson.invalid("intrinsic gas too low: have " + transaction.gas() + ", want "
                        + EvmInference.gas(transaction.data()));
            }
            EvmInference.Fitted fitted = inference.fit(run);
            return inference
                    .requireMode(fitted)
                    .thenCompose(fits -> nonces.take(transaction))
                    .thenApply(taken -> {
                        inference.run(transaction, fitted, caller);
                        return JsonNodeFactory.instance.textNode(EvmJson.data(transaction.hash()));
                    });
        });
    }

    private CompletionStage<JsonNode> receipt(RpcCall call) {
        return done(transactions
                .find(hash(call))
                .flatMap(entry -> entry.outcome().map(outcome -> EvmJson.receipt(entry.transaction(), outcome)))
                .<JsonNode>map(json -> json)
                .orElse(JsonNodeFactory.instance.nullNode()));
    }

    private CompletionStage<JsonNode> transaction(RpcCall call) {
        return done(transactions
                .find(hash(call))
                .<JsonNode>map(entry -> EvmJson.transaction(entry, chain))
                .orElse(JsonNodeFactory.instance.nullNode()));
    }

    private static Digest hash(RpcCall call) {
        return Digest.of(
                EvmJson.exactly("hash", call.params().text("hash"), Digest.SIZE).toArray());
    }

    private Caller caller(Bytes signer) {
        return services.signers()
                .apply(signer)
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.UNAUTHENTICATED, "no caller of this node signs as 0x" + signer.toHex()));
    }

    /** Checking a signature takes a millisecond, and tensors take their time as well. */
    private <T extends JsonNode> CompletionStage<JsonNode> onThreads(Step<T> step) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return step.run();
                            } catch (IOException e) {
                                throw new CompletionException(e);
                            }
                        },
                        services.threads())
                .thenCompose(stage -> stage)
                .thenApply(json -> json);
    }

    @FunctionalInterface
    private interface Step<T> {
        CompletionStage<T> run() throws IOException;
    }

    /** What a call that is not signed says of itself. */
    private record Asked(Bytes to, Bytes data) {}

    private static Asked asked(RpcCall call) throws IOException {
        JsonNode json;
        try {
            json = JSON.readTree(call.params().structure("call").toArray());
        } catch (JsonProcessingException e) {
            throw EvmJson.invalid("the call cannot be read: " + e.getOriginalMessage());
        }
        String data = json.path(json.has("data") ? "data" : "input").asText("0x");
        return new Asked(
                EvmJson.exactly("to", json.path("to").asText(""), Secp256k1.ADDRESS),
                EvmJson.bytes("data", data, EvmTransaction.MAX_SIZE));
    }
}
