package dev.candor.cluster.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

final class RestSettingsTest {
    private static RestSettings with(String knobs) {
        Config config = ConfigFactory.parseString(knobs).withFallback(ConfigFactory.defaultReference());
        return RestSettings.of(config.resolve(), "1.2.3");
    }

    @Test
    void hasDefaultsThatWork() {
        RestSettings settings = with("");
        assertThat(settings.http().host()).isEqualTo("127.0.0.1");
        assertThat(settings.http().port()).isEqualTo(8000);
        assertThat(settings.http().maxBody()).isEqualTo(64 << 20);
        assertThat(settings.codecThreads()).isPositive();
        assertThat(settings.importDirs()).isEmpty();
    }

    @Test
    void namesTheKnobThatCannotBeKept() {
        assertThatThrownBy(() -> with("candor.rest.port = 70000"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("candor.rest.port is 70000; it must lie between 0 and 65535");
        assertThatThrownBy(() -> with("candor.rest.max-buffered = 1")).hasMessageContaining("max-buffered");
        assertThatThrownBy(() -> with("candor.rest.idle-timeout = 0 s")).hasMessageContaining("idle-timeout");
        assertThatThrownBy(() -> with("candor.rest.max-uploads = 0")).hasMessageContaining("max-uploads");
    }
}
