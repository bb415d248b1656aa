package dev.candor.cluster.rest;

import dev.candor.actors.inference.Refusal;
import dev.candor.cluster.http.BodyPlan;
import dev.candor.cluster.http.BodyStream;
import dev.candor.persistence.blob.BlobStore;
import java.io.IOException;
import java.io.InputStream;

/** An upload of a model file: the body goes into the blob store at the pace of its disk, never into memory as a whole. */
final class UploadCall extends RestCall {
    private final BlobStore blobs;
    private final BlockingWork work;
    private final long limit;
    private final BodyStream stream = new BodyStream();

    UploadCall(RestRequest request, RestMetrics metrics, BlobStore blobs, BlockingWork work, long limit) {
        super(request, metrics);
        this.blobs = blobs;
        this.work = work;
        this.limit = limit;
        requirePlainBody();
    }

    @Override
    public BodyPlan plan() {
        return new BodyPlan.Streamed(stream, limit);
    }

    @Override
    public void run() {
        work.start(this::store);
    }

    private Runnable store() {
        try (InputStream in = stream) {
            BlobStore.Blob blob = blobs.put(in, limit);
            return () -> reply(
                    201, Json.object().put("content_id", blob.id().toHex()).put("size", blob.size()));
        } catch (IOException | RuntimeException e) {
            if (exchange().isGone() || exchange().isAnswered()) {
                return () -> {};
            }
            Refusal refusal = Refusals.of(e, request().endpoint().toString());
            return () -> refuse(refusal);
        }
    }
}
