package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.http.Utf8Buffer;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The page that a node shows people: files of the class path, all read when the node starts, so that no request ever reaches a file system. They are public and
 * the same for everybody; what is shown in them a browser asks for with its reader's own credentials.
 */
final class PageApi {
    /** What {@code GET /} answers. */
    static final String INDEX = "index.html";

    /** Files of the page. */
    static final List<String> PAGE = List.of(
            INDEX,
            "page.css",
            "icon.svg",
            "app.js",
            "digits.js",
            "draw.js",
            "html.js",
            "live.js",
            "model.js",
            "node.js",
            "overview.js",
            "plot.js",
            "receipt.js",
            "statistics.js");

    /** Modules of {@code clients/typescript}: what verifies receipts for programs verifies them here. */
    static final List<String> CLIENT = List.of(
            "bytes.js",
            "client.js",
            "ed25519.js",
            "errors.js",
            "index.js",
            "json.js",
            "receipt.js",
            "sha2.js",
            "signing.js",
            "tensors.js",
            "trust.js",
            "verify.js");

    /** Nothing from elsewhere, nothing inline, nothing evaluated, no frame around it, no form that sends. */
    static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private static final byte[] CONTENT_SECURITY_POLICY = Utf8Buffer.ascii("Content-Security-Policy");
    private static final byte[] NO_SNIFF = Utf8Buffer.ascii("X-Content-Type-Options");
    private static final byte[] REFERRER = Utf8Buffer.ascii("Referrer-Policy");
    private static final byte[] OPENER = Utf8Buffer.ascii("Cross-Origin-Opener-Policy");
    private static final byte[] RESOURCE = Utf8Buffer.ascii("Cross-Origin-Resource-Policy");
    private static final byte[] PERMISSIONS = Utf8Buffer.ascii("Permissions-Policy");
    private static final byte[] CACHE = Utf8Buffer.ascii("Cache-Control");
    private static final byte[] TAG = Utf8Buffer.ascii("ETag");
    private static final int TAG_DIGITS = 32;
    private static final int SHOWN = 100;

    /** Its content type decides how a browser takes it: module scripts of another type are refused. */
    private record PageFile(Type type, Bytes bytes, String tag) {
        private enum Type {
            HTML("text/html; charset=utf-8"),
            CSS("text/css; charset=utf-8"),
            SCRIPT("text/javascript; charset=utf-8"),
            IMAGE("image/svg+xml");

            @SuppressWarnings("ImmutableEnumChecker") // nobody writes into it
            private final byte[] ascii;

            Type(String name) {
                this.ascii = Utf8Buffer.ascii(name);
            }

            static Type of(String name) {
                return switch (name.substring(name.lastIndexOf('.') + 1)) {
                    case "html" -> HTML;
                    case "css" -> CSS;
                    case "js" -> SCRIPT;
                    case "svg" -> IMAGE;
                    default -> throw new IllegalArgumentException("no content type is known for " + name);
                };
            }
        }
    }

    private final Map<String, PageFile> page;
    private final Map<String, PageFile> client;

    private PageApi() {
        this.page = read("/page/", PAGE);
        this.client = read("/page/candor/", CLIENT);
    }

    static List<Endpoint> endpoints(RestMetrics metrics) {
        PageApi api = new PageApi();
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(endpoint("/", metrics, api.page, INDEX));
        endpoints.add(endpoint("/page/{file}", metrics, api.page, null));
        endpoints.add(endpoint("/page/candor/{file}", metrics, api.client, null));
        return endpoints;
    }

    private static Endpoint endpoint(
            String template, RestMetrics metrics, Map<String, PageFile> files, @Nullable String one) {
        return new Endpoint(
                HttpMethod.GET,
                template,
                Endpoint.Access.OPEN,
                request -> new SimpleCall(
                        request, metrics, call -> send(call, files, one == null ? request.argument(0) : one)));
    }

    /** A name that is not a key is not there, whatever it would mean to a file system. */
    private static void send(SimpleCall call, Map<String, PageFile> files, String name) {
        PageFile file = files.get(name);
        if (file == null) {
            String shown = name.substring(0, Math.min(SHOWN, name.length()));
            throw new RefusedException(ErrorCode.NOT_FOUND, "the page has no file \"" + shown + "\"; it begins at /");
        }
        String held = call.exchange().header(HttpHeaderNames.IF_NONE_MATCH);
        boolean unchanged = held != null && held.contains(file.tag());
        HttpReply reply = HttpReply.start(unchanged ? 304 : 200).contentType(file.type().ascii);
        reply.header(CACHE, "no-cache")
                .header(TAG, "W/" + file.tag())
                .header(CONTENT_SECURITY_POLICY, POLICY)
                .header(NO_SNIFF, "nosniff")
                .header(REFERRER, "no-referrer")
                .header(OPENER, "same-origin")
                .header(RESOURCE, "same-origin")
                .header(PERMISSIONS, "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
        if (!unchanged) {
            reply.append(file.bytes());
        }
        call.exchange().send(reply);
    }

    private static Map<String, PageFile> read(String folder, List<String> names) {
        Map<String, PageFile> files = new HashMap<>();
        for (String name : names) {
            Bytes bytes = read(folder + name);
            String tag = "\"" + Digest.sha256(bytes).toHex().substring(0, TAG_DIGITS) + "\"";
            files.put(name, new PageFile(PageFile.Type.of(name), bytes, tag));
        }
        return Map.copyOf(files);
    }

    private static Bytes read(String path) {
        try (InputStream in = PageApi.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the build lacks " + path);
            }
            return Bytes.wrap(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
