package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code models split} and {@code models warm} against a node that answers what the test says. */
final class ModelsTrafficCommandTest {
    private final Deque<String> answers = new ArrayDeque<>();
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private HttpServer node = start();

    private HttpServer start() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void serve() {
        node.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
            String answer = answers.size() > 1 ? answers.remove() : answers.element();
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            int status = answer.contains("\"error\"") ? 409 : 200;
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        node.start();
    }

    @AfterEach
    void stop() {
        node.stop(0);
    }

    private Terminal run(Object command, String... arguments) {
        List<Object> all = new ArrayList<>(List.of(arguments));
        all.add("--url");
        all.add("http://127.0.0.1:" + node.getAddress().getPort());
        return Terminal.run(command, all.toArray());
    }

    private static String warmth(boolean done, int ready, int wanted, String nodes) {
        return "{\"version\":\"1.02\",\"wanted\":" + wanted + ",\"ready\":" + ready + ",\"done\":" + done
                + ",\"nodes\":[" + nodes + "]}";
    }

    @Test
    void splitNamesTheVersionsAndTheirWeights() {
        answers.add("{\"name\":\"mlp\",\"versions\":[],\"aliases\":{}}");

        assertThat(run(new ModelsSplitCommand(), "mlp", "1.02=90", "1.03=10").code())
                .isZero();

        assertThat(asked)
                .containsExactly("PUT /v1/models/mlp/aliases/stable/split {\"weights\":{\"1.02\":90,\"1.03\":10}}");
    }

    @Test
    void splitPassesTheNodesRefusalOn() {
        answers.add("{\"error\":\"version 1.09 is not registered\",\"code\":\"NOT_FOUND\"}");

        Terminal refused = run(new ModelsSplitCommand(), "mlp", "1.02=90", "1.09=10", "--alias", "canary");

        assertThat(refused.code()).isNotZero();
        assertThat(asked.getFirst()).startsWith("PUT /v1/models/mlp/aliases/canary/split");
    }

    @Test
    void warmWaitsUntilEnoughDevicesAreReady() {
        answers.add(warmth(false, 0, 1, "{\"node\":\"a\",\"state\":\"loading\",\"ready\":0,\"devices\":1}"));
        answers.add(warmth(true, 1, 1, "{\"node\":\"a\",\"state\":\"ready\",\"ready\":1,\"devices\":1}"));

        Terminal warm = run(new ModelsWarmCommand(), "mlp", "stable");

        assertThat(warm.code()).isZero();
        assertThat(warm.out())
                .contains(
                        "mlp 1.02: ready on 0 of 1 devices; a loading 0/1",
                        "mlp 1.02: ready on 1 of 1 devices; a ready 1/1");
        assertThat(asked)
                .hasSize(2)
                .allMatch(each -> each.equals("POST /v1/models/mlp/versions/stable/warm {\"executors\":1}"));
    }

    @Test
    void warmSaysWhyItCannot() {
        answers.add(warmth(
                false,
                0,
                1,
                "{\"node\":\"a\",\"state\":\"failed\",\"ready\":0,\"devices\":1,\"why\":\"out of memory\"}"));
        Terminal failed = run(new ModelsWarmCommand(), "mlp");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("mlp cannot be loaded: out of memory");

        answers.clear();
        answers.add(warmth(false, 1, 3, "{\"node\":\"a\",\"state\":\"ready\",\"ready\":1,\"devices\":1}"));
        Terminal few = run(new ModelsWarmCommand(), "mlp", "--executors", "3", "--json");
        assertThat(few.code()).isEqualTo(1);
        assertThat(few.err()).contains("there are 1 devices up");
        assertThat(few.json().path("wanted").asInt()).isEqualTo(3);

        answers.clear();
        answers.add(warmth(false, 0, 1, "{\"node\":\"a\",\"state\":\"loading\",\"ready\":0,\"devices\":1}"));
        Terminal late = run(new ModelsWarmCommand(), "mlp", "--timeout", "0");
        assertThat(late.code()).isEqualTo(1);
        assertThat(late.err()).contains("was not ready within 0 s");
    }
}
