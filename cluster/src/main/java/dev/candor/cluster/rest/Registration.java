package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelSpecJson;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.blob.BlobStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Registers a version: the file, uploaded before or read from an import folder, is taken out of the blob store again and inspected, so that exactly
 * what will be served has been looked at.
 */
final class Registration {
    private final RestServices services;
    private final BlockingWork work;
    private final List<Path> importDirs;
    private final long limit;

    Registration(RestServices services, BlockingWork work, RestSettings settings) {
        this.services = services;
        this.work = work;
        this.importDirs = settings.importDirs();
        this.limit = settings.maxUpload();
    }

    /** What a body asks for. */
    private record Wish(
            @Nullable Digest contentId, @Nullable String path, ModelSpec spec, Optional<ModelVersion> version) {}

    void register(SimpleCall call) {
        Wish wish = read(call.object());
        String name = call.request().argument(0);
        work.start(() -> {
            try {
                BlobStore.Blob blob = wish.contentId() != null ? stored(wish.contentId()) : imported(wish.path());
                ModelSpec spec = inspect(blob, wish.spec());
                return () -> call.replyWhen(
                        201,
                        services.administration().register(name, blob.id(), blob.size(), spec, wish.version()),
                        ModelJson::of);
            } catch (IOException | RuntimeException e) {
                Refusal refusal = Refusals.of(e, call.request().endpoint().toString());
                return () -> call.refuse(refusal);
            }
        });
    }

    private Wish read(ObjectNode body) {
        String contentId = text(body, "content_id");
        String path = text(body, "path");
        if ((contentId == null) == (path == null)) {
            throw invalid("name the file by one of \"content_id\" (from POST /v1/blobs) and \"path\"");
        }
        JsonNode spec = body.path("spec");
        if (!spec.isObject()) {
            throw invalid("\"spec\" must be an object with inputs and outputs");
        }
        String version = text(body, "version");
        return new Wish(
                contentId == null ? null : digest(contentId),
                path,
                ModelSpecJson.read(spec).spec(),
                version == null ? Optional.empty() : Optional.of(RestRequest.parseVersion(version)));
    }

    private static Digest digest(String hex) {
        try {
            return Digest.ofHex(hex);
        } catch (IllegalArgumentException e) {
            throw invalid("\"content_id\" must be 64 hexadecimal digits, as POST /v1/blobs answers them");
        }
    }

    static @Nullable String text(ObjectNode body, String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw invalid("\"" + field + "\" must be a string");
        }
        return value.textValue();
    }

    private BlobStore.Blob stored(Digest id) throws IOException {
        long size = services.blobs()
                .size(id)
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.NOT_FOUND,
                        "no file with content id " + id + " is stored; send it with POST /v1/blobs"));
        return new BlobStore.Blob(id, size);
    }

    private BlobStore.Blob imported(@Nullable String path) throws IOException {
        Path file = importable(path == null ? "" : path);
        try (InputStream in = Files.newInputStream(file)) {
            return services.blobs().put(in, limit);
        }
    }

    /** The file, if it is one and lies, links followed, below a folder from which models may be imported. */
    private Path importable(String path) {
        if (importDirs.isEmpty()) {
            throw new RefusedException(
                    ErrorCode.PERMISSION_DENIED,
                    "no folder is set up to import models from (candor.rest.import-dirs); upload the file with POST /v1/blobs");
        }
        try {
            Path real = Path.of(path).toRealPath();
            for (Path dir : importDirs) {
                if (Files.isRegularFile(real) && Files.isDirectory(dir) && real.startsWith(dir.toRealPath())) {
                    return real;
                }
            }
        } catch (IOException | InvalidPathException e) {
            throw notImportable();
        }
        throw notImportable();
    }

    /** One sentence for all cases: what lies outside of the folders is nobody's business. */
    private static RefusedException notImportable() {
        return new RefusedException(
                ErrorCode.PERMISSION_DENIED,
                "\"path\" is no file below a folder set up to import models from (candor.rest.import-dirs)");
    }

    private ModelSpec inspect(BlobStore.Blob blob, ModelSpec spec) throws IOException {
        Path copy = Files.createTempFile("candor-inspect-", ".model");
        try {
            services.blobs().fetch(blob.id(), copy);
            return services.inspector().inspect(copy, spec);
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
