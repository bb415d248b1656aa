package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.state.Account;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.state.StateKey;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.validator.FinalBlock;
import dev.candor.persistence.ledger.validator.RefusedTransactionException;
import dev.candor.persistence.ledger.validator.Validator;
import dev.candor.persistence.ledger.vote.Signatures;
import dev.candor.persistence.ledger.wire.Holdings;
import dev.candor.persistence.ledger.wire.HoldingsCodec;
import dev.candor.persistence.ledger.wire.PeerCodec;
import dev.candor.persistence.ledger.wire.PeerFrame;
import dev.candor.persistence.ledger.wire.QueryCodec;
import dev.candor.persistence.ledger.wire.Standing;
import dev.candor.persistence.ledger.wire.Submitted;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a validator is told by the others and asked by anyone who is known. One message a peer is worked on at a time, so what waits is bounded. Thread-safe. */
final class ValidatorService {
    private static final Logger LOG = LoggerFactory.getLogger(ValidatorService.class);

    private final Validator validator;
    private final PeerLinks links;
    private final Signatures signatures;
    private final Predicate<Bytes> members;
    private final FiguresDesk figures;
    private final Map<Bytes, ServerCall<Bytes, Bytes>> speaking = new ConcurrentHashMap<>();

    /**
     * The service of a validator.
     *
     * @param members the keys whose messages count
     * @param figures the public ones
     */
    ValidatorService(
            Validator validator,
            PeerLinks links,
            Signatures signatures,
            Predicate<Bytes> members,
            FiguresDesk figures) {
        this.validator = validator;
        this.links = links;
        this.signatures = signatures;
        this.members = members;
        this.figures = figures;
    }

    ServerServiceDefinition definition() {
        ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(LedgerMethods.VALIDATOR);
        service.addMethod(LedgerMethods.SAY, this::listen);
        LedgerDoor.answer(service, LedgerMethods.STANDING, _ -> now(QueryCodec.encode(standing())));
        LedgerDoor.answer(
                service, LedgerMethods.BLOCKS, bytes -> now(QueryCodec.encode(blocks(QueryCodec.height(bytes)))));
        LedgerDoor.answer(
                service, LedgerMethods.BLOCK_OF, bytes -> now(QueryCodec.encode(blockOf(QueryCodec.place(bytes)))));
        LedgerDoor.answer(service, LedgerMethods.STATS, _ -> figures.figures());
        LedgerDoor.answer(
                service,
                LedgerMethods.HOLDINGS,
                bytes -> now(HoldingsCodec.encode(holdings(HoldingsCodec.keys(bytes)))));
        LedgerDoor.answer(
                service,
                LedgerMethods.NONCE,
                bytes -> now(QueryCodec.encode(validator
                        .ledger()
                        .accounts()
                        .get(QueryCodec.account(bytes))
                        .orElse(Account.EMPTY)
                        .nonce())));
        LedgerDoor.answer(
                service,
                LedgerMethods.SUBMIT,
                bytes -> submit(QueryCodec.transaction(bytes)).thenApply(QueryCodec::encode));
        return service.build();
    }

    private static <T> CompletionStage<T> now(T value) {
        return CompletableFuture.completedStage(value);
    }

    private ServerCall.Listener<Bytes> listen(ServerCall<Bytes, Bytes> call, Metadata headers) {
        Optional<Bytes> peer = LedgerDoor.peer(call).filter(members);
        if (peer.isEmpty()) {
            call.close(Status.PERMISSION_DENIED.withDescription("only a validator speaks here"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        Bytes from = peer.get();
        ServerCall<Bytes, Bytes> before = speaking.put(from, call);
        if (before != null) {
            before.close(Status.ABORTED.withDescription("a newer connection took its place"), new Metadata());
        }
        call.request(1);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(Bytes frame) {
                hear(from, frame, call);
            }

            @Override
            public void onCancel() {
                speaking.remove(from, call);
            }
        };
    }

    private void hear(Bytes from, Bytes frame, ServerCall<Bytes, Bytes> call) {
        try {
            switch (PeerCodec.decode(frame)) {
                case PeerFrame.Said(Message message) ->
                    validator.receive(from, message).whenComplete((_, _) -> call.request(1));
                case PeerFrame.Passed(Transaction.Signed transaction) -> {
                    take(transaction).whenComplete((_, failure) -> {
                        if (failure != null) {
                            LOG.debug("A transaction that a peer passed on is refused", failure);
                        }
                    });
                    call.request(1);
                }
            }
        } catch (MalformedBytesException e) {
            LOG.warn("A peer's message is malformed: {}", e.getMessage());
            speaking.remove(from, call);
            call.close(Status.INVALID_ARGUMENT.withDescription(e.getMessage()), new Metadata());
        }
    }

    private Standing standing() {
        LedgerState at = validator.ledger();
        return new Standing(at.chain(), at.height(), at.lastBlock(), at.root(), at.time(), validator.halted());
    }

    private Holdings holdings(List<StateKey> keys) {
        LedgerState at = validator.ledger();
        FinalBlock last = validator
                .block(at.height())
                .orElseThrow(() -> new MalformedBytesException("there is no block yet that certifies a state"));
        return HoldingsCodec.of(at, last.block().header(), last.certificate(), keys);
    }

    private List<Message.Decided> blocks(long from) {
        List<Message.Decided> blocks = new ArrayList<>();
        long size = 0;
        for (long height = Math.max(1, from); blocks.size() < QueryCodec.MOST_BLOCKS; height++) {
            Optional<FinalBlock> next = validator.block(height);
            long more = next.map(each -> (long) length(each)).orElse(0L);
            if (next.isEmpty() || (!blocks.isEmpty() && size + more > QueryCodec.MOST_BYTES)) {
                break;
            }
            size += more;
            blocks.add(decided(next.get()));
        }
        return blocks;
    }

    private static int length(FinalBlock done) {
        CanonicalWriter certificate = new CanonicalWriter(256);
        done.certificate().write(certificate);
        Block block = done.block();
        return block.encode().length() + certificate.toBytes().length() + Integer.BYTES;
    }

    private static Message.Decided decided(FinalBlock done) {
        return new Message.Decided(done.block(), done.certificate());
    }

    private List<Message.Decided> blockOf(QueryCodec.Place place) {
        return validator.heightOf(place.partition(), place.sequenceNr()).stream()
                .mapToObj(validator::block)
                .flatMap(Optional::stream)
                .map(ValidatorService::decided)
                .toList();
    }

    private CompletionStage<Submitted> submit(Transaction.Signed transaction) {
        CompletionStage<Long> taken = take(transaction);
        if (!taken.toCompletableFuture().isCompletedExceptionally()) {
            links.pass(transaction);
        }
        return taken.<Submitted>thenApply(Submitted.Included::new).exceptionally(failure -> {
            Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                    ? wrapped.getCause()
                    : failure;
            if (cause instanceof RefusedTransactionException refused) {
                return new Submitted.Refused(String.valueOf(refused.getMessage()));
            }
            throw new CompletionException(cause);
        });
    }

    private CompletionStage<Long> take(Transaction.Signed transaction) {
        Bytes message = Transaction.Signed.message(
                validator.ledger().chain(), transaction.key(), transaction.nonce(), transaction.action());
        return signatures.verifies(transaction.key(), message, transaction.signature())
                ? validator.submit(transaction)
                : CompletableFuture.failedStage(new RefusedTransactionException(
                        "the signature is not its key's over this transaction on the chain "
                                + validator.ledger().chain()));
    }
}
