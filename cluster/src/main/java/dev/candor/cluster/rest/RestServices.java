package dev.candor.cluster.rest;

import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.metrics.StatisticsSource;
import dev.candor.actors.model.ModelAdministration;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.routing.ModelWarmer;
import dev.candor.cluster.http.Authenticator;
import dev.candor.cluster.language.LanguageService;
import dev.candor.cluster.opengradient.AnswerSigning;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.control.ControlStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.Executor;

/**
 * What the REST front end speaks to.
 *
 * @param authenticator finds out who calls
 * @param inference serves requests to infer
 * @param catalog what this node knows of the models
 * @param administration changes models
 * @param warmer loads models before requests need them
 * @param statistics this node's figures
 * @param blobs keeps model files
 * @param inspector looks at a file before it is registered
 * @param receipts finds receipts that their reader may see
 * @param verification what callers are told of their requests' verification
 * @param finality says whether receipts are final
 * @param stats public figures
 * @param keys the public keys of this node
 * @param health the state of this node
 * @param cluster the nodes around it
 * @param metrics what {@code /metrics} shows, and where the front end registers its own
 * @param control small records in the journal's own store
 * @param language text and embeddings
 * @param signing signs answers for OpenGradient's clients
 * @param blocking runs work that blocks: uploads and registrations
 */
public record RestServices(
        Authenticator authenticator,
        InferenceService inference,
        ModelCatalog catalog,
        ModelAdministration administration,
        ModelWarmer warmer,
        StatisticsSource statistics,
        BlobStore blobs,
        ModelInspector inspector,
        OwnReceipts receipts,
        VerificationDesk verification,
        FinalityLookup finality,
        StatsSource stats,
        PublicKeys keys,
        HealthSource health,
        ClusterSource cluster,
        PrometheusRegistry metrics,
        ControlStore control,
        LanguageService language,
        AnswerSigning signing,
        Executor blocking) {}
