package dev.candor.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.RefusedException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which URLs may be named, and which addresses called. */
final class CallbackUrlTest {
    private static final WebhookGuard PUBLIC_ONLY = new WebhookGuard(List.of());

    @ParameterizedTest
    @CsvSource({
        "https://example.com, example.com, 443, /",
        "https://example.com:8443/a?b=c%20d, example.com, 8443, /a?b=c%20d",
        "HTTP://[2606:4700::1111]/x, 2606:4700::1111, 80, /x",
        "https://host.a1/, host.a1, 443, /"
    })
    void readsUrls(String text, String host, int port, String target) {
        CallbackUrl url = CallbackUrl.parse(text);
        assertThat(url.host()).isEqualTo(host);
        assertThat(url.port()).isEqualTo(port);
        assertThat(url.target()).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com/x",
                "ftp://example.com/",
                "file:///etc/passwd",
                "https:///x",
                "https://user:pass@example.com/",
                "https://example.com/#x",
                "https://example.com:0/",
                "https://example.com:70000/",
                "https://exa mple.com/",
                "https://example.com/\r\nX: y",
                "https://2130706433/",
                "https://0x7f.1/",
                "https://[fe80::1%25eth0]/",
                "https://ex\u00e4mple.com/"
            })
    void refusesWhatIsNoneByName(String text) {
        assertThatThrownBy(() -> CallbackUrl.parse(text))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("callback_url");
        assertThatThrownBy(() -> CallbackUrl.parse("https://h/" + "x".repeat(2_000)))
                .hasMessageContaining("2000 is the most");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.8.8",
                "0.0.0.0",
                "10.1.2.3",
                "100.64.0.1",
                "169.254.169.254",
                "172.31.255.255",
                "192.168.1.1",
                "192.0.0.8",
                "198.19.0.1",
                "203.0.113.9",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "[::]",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "[::127.0.0.1]",
                "[64:ff9b::7f00:1]",
                "[fc00::1]",
                "[fe80::1]",
                "[fec0::1]",
                "[ff02::1]",
                "[2001::1]",
                "[2001:db8::1]",
                "[2002:7f00:1::]"
            })
    void callsNoAddressThatIsNotOfThePublicInternet(String address) {
        assertThat(PUBLIC_ONLY.obstacle(CallbackUrl.parse("https://" + address + "/")))
                .hasValueSatisfying(why -> assertThat(why).contains("not of the public Internet"));
    }

    @Test
    void callsPublicAddressesOverHttpsAndNamedNetworksOverBoth() {
        assertThat(PUBLIC_ONLY.obstacle(CallbackUrl.parse("https://1.1.1.1/"))).isEmpty();
        assertThat(PUBLIC_ONLY.obstacle(CallbackUrl.parse("https://[2606:4700::1111]/")))
                .isEmpty();
        assertThat(PUBLIC_ONLY.obstacle(CallbackUrl.parse("http://1.1.1.1/")))
                .hasValueSatisfying(why -> assertThat(why).contains("use https"));
        assertThat(PUBLIC_ONLY.obstacle(CallbackUrl.parse("http://example.com/")))
                .isPresent();
        WebhookGuard wider = new WebhookGuard(List.of("10.1.0.0/16", "::1/128"));
        assertThat(wider.obstacle(CallbackUrl.parse("http://10.1.9.9/"))).isEmpty();
        assertThat(wider.obstacle(CallbackUrl.parse("http://[::1]/"))).isEmpty();
        assertThat(wider.obstacle(CallbackUrl.parse("http://10.2.0.1/"))).isPresent();
        assertThat(wider.obstacle(CallbackUrl.parse("http://1.1.1.1/"))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/33", "::/129", "host/8", "10.0.0.0/x", "1.2.3/8"})
    void refusesNetworksThatAreNone(String text) {
        assertThatThrownBy(() -> new WebhookGuard(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no network");
    }
}
