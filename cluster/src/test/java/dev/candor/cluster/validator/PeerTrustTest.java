package dev.candor.cluster.validator;

import static dev.candor.cluster.validator.ValidatorFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.wire.PeerCodec;
import dev.candor.persistence.ledger.wire.PeerFrame;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who comes in, and who may say what. */
@Timeout(60)
final class PeerTrustTest {
    private static final PeerTrust TRUSTS_ANYBODY = new PeerTrust(_ -> true);

    @TempDir
    private Path folder;

    private ValidatorFixture network;

    @BeforeEach
    void begin() throws Exception {
        network = new ValidatorFixture(folder);
        network.start(0, List.of(), ValidatorSeams.NONE);
        LedgerClient first = network.client(network.operator, 0);
        await(() -> answers(first));
    }

    /** The first connection of a process takes long on a machine that has much to do. */
    private static boolean answers(LedgerClient client) {
        try {
            return client.standing().height() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @AfterEach
    void end() {
        network.close();
    }

    @Test
    void aKnownKeyComesIn() throws Exception {
        for (PeerIdentity each : List.of(network.operator, network.keys.get(1), network.keys.get(0))) {
            assertThat(network.client(each, 0).standing().chain()).isEqualTo(network.genesis.digest());
        }
    }

    @Test
    void anUnknownKeyIsRefused() throws Exception {
        assertThatThrownBy(() ->
                        network.client(network.identity("stranger", 77), 0).standing())
                .hasMessageContaining("does not answer");
    }

    @Test
    void nobodyComesInWithoutACertificate() throws Exception {
        SslContext bare = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                .trustManager(TRUSTS_ANYBODY)
                .build();
        assertIsLeftOutside(PeerLink.channel(network.address(0), bare));
    }

    @Test
    void nobodyComesInWithoutTls() {
        assertIsLeftOutside(NettyChannelBuilder.forAddress("127.0.0.1", network.ports.get(0))
                .usePlaintext()
                .build());
    }

    private static void assertIsLeftOutside(ManagedChannel channel) {
        try {
            assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                            channel,
                            LedgerMethods.STANDING,
                            CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS),
                            Bytes.EMPTY))
                    .hasMessageContaining("UNAVAILABLE");
        } finally {
            channel.shutdownNow();
        }
    }

    /** A process that trusts whoever answers at an address takes another validator, or anybody, for the one that it asked. */
    @Test
    void anotherValidatorsCertificateIsRefusedAndAMutantThatTrustsAnybodyTakesIt() throws Exception {
        PeerAddress posing = new PeerAddress(network.keys.get(1).publicKey(), "127.0.0.1", network.ports.get(0));
        try (LedgerClient client = LedgerClient.of(network.operator, posing);
                LedgerClient mutant = LedgerClient.trusting(network.operator, posing, TRUSTS_ANYBODY)) {
            assertThatThrownBy(client::standing).hasMessageContaining("does not answer");
            assertThat(mutant.standing().height()).isZero();
        }
    }

    @Test
    void onlyAMemberOfTheCommitteeSpeaks() throws Exception {
        assertThat(say(network.operator, PeerCodec.encode(new PeerFrame.Said(new Message.SyncRequest(1))))
                        .getCode())
                .isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void aMalformedMessageEndsItsConnection() throws Exception {
        Status status = say(network.keys.get(2), Bytes.ofHex("0909"));
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("no message of kind 9");
    }

    private Status say(PeerIdentity as, Bytes frame) throws Exception {
        ManagedChannel channel = PeerLink.channel(
                network.address(0), as.toward(network.keys.get(0).publicKey()));
        try {
            CompletableFuture<Status> closed = new CompletableFuture<>();
            ClientCall<Bytes, Bytes> call = channel.newCall(LedgerMethods.SAY, CallOptions.DEFAULT);
            call.start(
                    new ClientCall.Listener<>() {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            closed.complete(status);
                        }
                    },
                    new Metadata());
            call.sendMessage(frame);
            return closed.get(20, TimeUnit.SECONDS);
        } finally {
            channel.shutdownNow();
        }
    }
}
