package dev.candor.cluster.rest;

import com.typesafe.config.Config;
import dev.candor.cluster.http.HttpSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * What the REST front end needs to know; {@code candor-rest.conf} documents each knob.
 *
 * @param http where to listen, and the limits
 * @param maxUpload bytes of a model file
 * @param maxUploads uploads and registrations at once
 * @param importDirs folders below which a model may be registered by path; none by default
 * @param offloadFrom bytes of JSON from which a body is read, or an answer rendered, away from the threads that serve connections
 * @param codecThreads threads for that
 * @param version of the software, as metadata and health show it
 */
public record RestSettings(
        HttpSettings http,
        long maxUpload,
        int maxUploads,
        List<Path> importDirs,
        int offloadFrom,
        int codecThreads,
        String version) {

    /** Refuses limits that cannot be kept, with the knob's name and its range. */
    public RestSettings {
        importDirs = List.copyOf(importDirs);
        range("max-upload", maxUpload, 1, Long.MAX_VALUE);
        range("max-uploads", maxUploads, 1, 1024);
        range("offload-from", offloadFrom, 1024, Integer.MAX_VALUE);
        range("codec-threads", codecThreads, 1, 1024);
    }

    /** Reads {@code candor.rest} of {@code config}. */
    public static RestSettings of(Config config, String version) {
        Config rest = config.getConfig("candor.rest");
        int threads = rest.getInt("codec-threads");
        return new RestSettings(
                HttpSettings.of(rest),
                rest.getBytes("max-upload"),
                rest.getInt("max-uploads"),
                rest.getStringList("import-dirs").stream().map(Path::of).toList(),
                (int) Math.min(Integer.MAX_VALUE, rest.getBytes("offload-from")),
                threads == 0 ? Runtime.getRuntime().availableProcessors() : threads,
                version);
    }

    private static void range(String knob, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "candor.rest." + knob + " is " + value + "; it must lie between " + least + " and " + most);
        }
    }
}
