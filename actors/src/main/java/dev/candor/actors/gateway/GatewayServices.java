package dev.candor.actors.gateway;

import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.routing.ExecutorReadiness;
import dev.candor.actors.routing.JobSink;
import java.security.SecureRandom;
import java.util.function.LongSupplier;

/**
 * What a gateway works with.
 *
 * @param catalog the models that requests are held against
 * @param lanes takes jobs without an idempotency key
 * @param requests takes jobs with one
 * @param readiness whether there are executors
 * @param modes how answers can be verified
 * @param pseudonyms what the journal may know of callers
 * @param admission whether callers can pay
 * @param random salts and request ids
 * @param nanoTime the clock of deadlines: {@link System#nanoTime()} outside of tests
 * @param wallMillis milliseconds since 1970, for request ids
 */
public record GatewayServices(
        ModelCatalog catalog,
        JobSink lanes,
        JobSink requests,
        ExecutorReadiness readiness,
        ServedModes modes,
        Pseudonyms pseudonyms,
        Admission admission,
        SecureRandom random,
        LongSupplier nanoTime,
        LongSupplier wallMillis) {
    /** Services on this machine's clocks. */
    public static GatewayServices onSystemClocks(
            ModelCatalog catalog,
            JobSink lanes,
            JobSink requests,
            ExecutorReadiness readiness,
            ServedModes modes,
            Pseudonyms pseudonyms,
            Admission admission) {
        return new GatewayServices(
                catalog,
                lanes,
                requests,
                readiness,
                modes,
                pseudonyms,
                admission,
                new SecureRandom(),
                System::nanoTime,
                System::currentTimeMillis);
    }
}
