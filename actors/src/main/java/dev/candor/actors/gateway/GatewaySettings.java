package dev.candor.actors.gateway;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a gateway treats requests ({@code candor.gateway}).
 *
 * @param requestTimeout how long after its arrival a request's answer is still wanted
 * @param deadlineTick how often deadlines are looked at
 * @param replyActors actors that receive outcomes; 0 for one a processor, at most 4
 * @param limiter how many requests are let in
 */
public record GatewaySettings(
        Duration requestTimeout, Duration deadlineTick, int replyActors, LimiterSettings limiter) {
    /** Reads {@code candor.gateway} out of {@code config}. */
    public static GatewaySettings of(Config config) {
        Config gateway = config.getConfig("candor.gateway");
        return new GatewaySettings(
                gateway.getDuration("request-timeout"),
                gateway.getDuration("deadline-tick"),
                gateway.getInt("reply-actors"),
                LimiterSettings.of(gateway.getConfig("limiter")));
    }
}
