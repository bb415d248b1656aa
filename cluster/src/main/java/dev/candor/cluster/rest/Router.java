package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.http.HttpExchange;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the endpoint of a path: a tree of segments, built once; a literal segment goes before one in braces. Thread-safe once built. */
final class Router {
    private static final int MAX_SEGMENTS = 16;

    /** What was found. */
    record Match(Endpoint endpoint, List<String> arguments) {}

    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private final Map<HttpMethod, Endpoint> endpoints = new LinkedHashMap<>();
        private @Nullable Node any;
    }

    private final Node root = new Node();
    private final String all;

    Router(List<Endpoint> endpoints) {
        endpoints.forEach(this::add);
        this.all = endpoints.stream().map(Endpoint::toString).distinct().collect(Collectors.joining(", "));
    }

    private void add(Endpoint endpoint) {
        Node node = root;
        for (String segment : endpoint.template().substring(1).split("/", -1)) {
            if (segment.startsWith("{")) {
                node.any = node.any == null ? new Node() : node.any;
                node = node.any;
            } else {
                node = node.literals.computeIfAbsent(segment, name -> new Node());
            }
        }
        if (node.endpoints.putIfAbsent(endpoint.method(), endpoint) != null) {
            throw new IllegalArgumentException("two endpoints are " + endpoint);
        }
    }

    /**
     * The endpoint of a request.
     *
     * @throws RefusedException NOT_FOUND with everything there is, METHOD_NOT_ALLOWED with the methods there are
     */
    Match find(HttpExchange exchange) {
        String path = path(exchange.target());
        List<String> segments = segments(path);
        List<String> arguments = new ArrayList<>(3);
        Node node = segments == null ? null : find(root, segments, 0, arguments);
        if (node == null) {
            throw new RefusedException(
                    ErrorCode.NOT_FOUND, "there is nothing at " + shown(path) + "; this node serves " + all);
        }
        HttpMethod method = exchange.method();
        Endpoint endpoint = node.endpoints.get(method);
        if (endpoint == null && method.equals(HttpMethod.HEAD)) {
            endpoint = node.endpoints.get(HttpMethod.GET);
        }
        if (endpoint == null) {
            String methods =
                    node.endpoints.keySet().stream().map(HttpMethod::name).collect(Collectors.joining(", "));
            exchange.allow(methods);
            throw new RefusedException(
                    ErrorCode.METHOD_NOT_ALLOWED, shown(path) + " is served for " + methods + " only");
        }
        return new Match(endpoint, arguments);
    }

    private static @Nullable Node find(Node node, List<String> segments, int at, List<String> arguments) {
        if (at == segments.size()) {
            return node.endpoints.isEmpty() ? null : node;
        }
        String segment = segments.get(at);
        Node literal = node.literals.get(segment);
        if (literal != null) {
            Node found = find(literal, segments, at + 1, arguments);
            if (found != null) {
                return found;
            }
        }
        if (node.any == null || segment.isEmpty()) {
            return null;
        }
        arguments.add(segment);
        Node found = find(node.any, segments, at + 1, arguments);
        if (found == null) {
            arguments.removeLast();
        }
        return found;
    }

    /** The path of a target: without its query, and without scheme and authority where a client sends those. */
    private static String path(String target) {
        int from = 0;
        if (target.startsWith("http://") || target.startsWith("https://")) {
            int slash = target.indexOf('/', target.indexOf("://") + 3);
            from = slash < 0 ? target.length() : slash;
        }
        int query = target.indexOf('?', from);
        return target.substring(from, query < 0 ? target.length() : query);
    }

    /** The decoded segments, or null where there are more than any endpoint has. One slash at the end means nothing. */
    private static @Nullable List<String> segments(String path) {
        if (!path.startsWith("/")) {
            return null;
        }
        List<String> segments = new ArrayList<>(6);
        int end = path.length() > 1 && path.endsWith("/") ? path.length() - 1 : path.length();
        int from = 1;
        while (from <= end) {
            if (segments.size() == MAX_SEGMENTS) {
                return null;
            }
            int slash = path.indexOf('/', from);
            int to = slash < 0 || slash > end ? end : slash;
            segments.add(decode(path.substring(from, to)));
            from = to + 1;
        }
        return segments;
    }

    private static String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST, "the path is wrongly percent-encoded: " + e.getMessage());
        }
    }

    private static String shown(String path) {
        return path.substring(0, Math.min(200, path.length()));
    }
}
