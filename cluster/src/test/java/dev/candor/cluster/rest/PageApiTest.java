package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.cluster.rest.RawClient.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of the page as a browser gets them. */
@Timeout(60)
final class PageApiTest {
    private static final Path SOURCES = Path.of("src", "main", "resources", "page");
    private static final Path CLIENT = Path.of("..", "clients", "typescript", "src");

    private static RestFixture fixture;

    @BeforeAll
    static void start() throws IOException {
        fixture = new RestFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    static Stream<String> paths() {
        return Stream.of(
                        Stream.of("/"),
                        PageApi.PAGE.stream().map(name -> "/page/" + name),
                        PageApi.CLIENT.stream().map(name -> "/page/candor/" + name))
                .flatMap(each -> each);
    }

    private static Path source(String path) {
        if (path.equals("/")) {
            return SOURCES.resolve(PageApi.INDEX);
        }
        return path.startsWith("/page/candor/")
                ? CLIENT.resolve(path.substring("/page/candor/".length()))
                : SOURCES.resolve(path.substring("/page/".length()));
    }

    private static String type(Path file) {
        String name = file.toString();
        return Map.of(
                        "html", "text/html; charset=utf-8",
                        "css", "text/css; charset=utf-8",
                        "js", "text/javascript; charset=utf-8",
                        "svg", "image/svg+xml")
                .get(name.substring(name.lastIndexOf('.') + 1));
    }

    private static Response get(String path, String... headers) throws IOException {
        try (RawClient client = fixture.client()) {
            return client.request("GET", path, new byte[0], headers).read();
        }
    }

    @ParameterizedTest
    @MethodSource("paths")
    void servesEachFileAsItIsWithItsTypeAndPolicy(String path) throws IOException {
        Response response = get(path);
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.bytes().toArray()).isEqualTo(Files.readAllBytes(source(path)));
        assertThat(response.header("content-type")).isEqualTo(type(source(path)));
        assertThat(response.header("content-security-policy")).isEqualTo(PageApi.POLICY);
        assertThat(response.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(response.header("referrer-policy")).isEqualTo("no-referrer");
        assertThat(response.header("cache-control")).isEqualTo("no-cache");
    }

    @ParameterizedTest
    @MethodSource("paths")
    void answersWithoutABodyWhereTheBrowserHasTheFile(String path) throws IOException {
        String tag = get(path).header("etag");
        Response same = get(path, "If-None-Match: " + tag);
        assertThat(same.status()).isEqualTo(304);
        assertThat(same.bytes().length()).isZero();
        assertThat(same.header("etag")).isEqualTo(tag);
        assertThat(same.headers()).doesNotContainKey("content-length");
        assertThat(get(path, "If-None-Match: W/\"0123\"").status()).isEqualTo(200);
    }

    @Test
    void thePolicyLetsNothingInFromElsewhereAndNothingInline() {
        assertThat(PageApi.POLICY)
                .startsWith("default-src 'none';")
                .contains("script-src 'self';", "style-src 'self';", "connect-src 'self';", "frame-ancestors 'none'")
                .doesNotContain("unsafe", "http", "*", "data:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/page/../reference.conf",
                "/page/..%2freference.conf",
                "/page/%2e%2e%2freference.conf",
                "/page/..%5creference.conf",
                "/page/candor/..%2f..%2freference.conf",
                "/page/candor/../index.html",
                "/page//etc/passwd",
                "/page/%2fetc%2fpasswd",
                "/page/index.html%00.js",
                "/page/.",
                "/page/",
                "/page",
                "/page/reference.conf",
                "/page/candor/package.json",
                "/page/page.css/",
                "/../etc/passwd"
            })
    void nothingButTheFilesOfThePageIsThere(String path) throws IOException {
        Response response = get(path);
        if (path.equals("/page/page.css/")) {
            // One slash at the end means nothing, here as elsewhere.
            assertThat(response.bytes().toArray()).isEqualTo(Files.readAllBytes(SOURCES.resolve("page.css")));
            return;
        }
        assertThat(response.status()).isIn(400, 404);
        assertThat(response.header("content-type")).isEqualTo("application/json");
    }

    @Test
    void everyFileOfTheFoldersIsServed() throws IOException {
        for (Map.Entry<Path, List<String>> folder :
                Map.of(SOURCES, PageApi.PAGE, CLIENT, PageApi.CLIENT).entrySet()) {
            try (Stream<Path> files = Files.list(folder.getKey())) {
                assertThat(files.map(each -> each.getFileName().toString()))
                        .containsExactlyInAnyOrderElementsOf(folder.getValue());
            }
        }
    }

    @Test
    void modulesImportNothingButWhatIsServed() throws IOException {
        Pattern imported = Pattern.compile("(?:from|import\\()\\s*\"([^\"]+)\"");
        TreeSet<String> served = new TreeSet<>(paths().toList());
        for (String path : paths().filter(each -> each.endsWith(".js")).toList()) {
            Matcher found = imported.matcher(Files.readString(source(path)).replaceAll("(?m)^\\s*(\\*|//).*$", ""));
            while (found.find()) {
                if (!found.group(1).startsWith("../index.d.ts")) {
                    assertThat(served)
                            .contains(Path.of(path)
                                    .resolveSibling(found.group(1))
                                    .normalize()
                                    .toString());
                }
            }
        }
    }

    @Test
    void theFrameHoldsNoScriptStyleOrHandlerOfItsOwn() throws IOException {
        String frame = Files.readString(SOURCES.resolve(PageApi.INDEX));
        assertThat(frame)
                .doesNotContainPattern("<script(?![^>]* src=)")
                .doesNotContain("<style", " style=", "javascript:", "http://", "https://")
                .doesNotContainPattern("\\son[a-z]+=");
    }
}
