package dev.candor.persistence.request;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How requests with a key are served: {@code candor.request} in the configuration.
 *
 * @param idle how long a request's entity outlives its last attempt
 * @param lookupAfter how long the partition has for its word before it is asked again
 * @param resendAfter how long an execution may take before its reply counts as lost
 * @param maxExecutions most executions of one request, lost ones included
 * @param maxAttempts most attempts that may wait for one execution
 * @param retryMin how long to wait before a partition that could not say is asked again; doubles each time
 * @param retryMax at most so long
 * @param maxRetries most times that it is asked again in a row, within the deadline of the request
 */
public record RequestSettings(
        Duration idle,
        Duration lookupAfter,
        Duration resendAfter,
        int maxExecutions,
        int maxAttempts,
        Duration retryMin,
        Duration retryMax,
        int maxRetries) {
    /** Reads {@code candor.request} of {@code root}. */
    public static RequestSettings of(Config root) {
        Config request = root.getConfig("candor.request");
        return new RequestSettings(
                request.getDuration("idle"),
                request.getDuration("lookup-after"),
                request.getDuration("resend-after"),
                request.getInt("max-executions"),
                request.getInt("max-attempts"),
                request.getDuration("retry-min"),
                request.getDuration("retry-max"),
                request.getInt("max-retries"));
    }
}
