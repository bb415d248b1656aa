package dev.candor.actors.cache;

import dev.candor.actors.model.ModelRef;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers by model version and request digest; the least recently used leaves first. The digest covers inputs, outputs wanted, mode and the name and version asked
 * for, and the model version names the file's content, so an answer is only ever given again for the same question to the same weights. Thread-safe; bounded in
 * bytes and entries.
 */
public final class ResponseCache {
    private record Key(ModelRef model, Digest request) {}

    private final CacheSettings settings;
    private final LinkedHashMap<Key, CachedAnswer> answers = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** An empty cache. */
    public ResponseCache(CacheSettings settings) {
        this.settings = settings;
    }

    /** The answer to this request of this model version, if it is kept. */
    public synchronized Optional<CachedAnswer> find(ModelRef model, Digest request) {
        return Optional.ofNullable(answers.get(new Key(model, request)));
    }

    /** Keeps an answer, unless it is too large; its bytes are copied, since a batch's outputs share one array. */
    public void keep(ModelRef model, Digest request, List<Tensor> outputs, String device) {
        long size = new CachedAnswer(outputs, device).bytes();
        if (size > settings.maxEntryBytes() || size > settings.maxBytes() || settings.maxEntries() == 0) {
            return;
        }
        List<Tensor> copies = new ArrayList<>(outputs.size());
        for (Tensor output : outputs) {
            copies.add(new Tensor(
                    output.name(),
                    output.datatype(),
                    output.shape(),
                    Bytes.wrap(output.data().toArray())));
        }
        put(new Key(model, request), new CachedAnswer(copies, device), size);
    }

    private synchronized void put(Key key, CachedAnswer answer, long size) {
        CachedAnswer before = answers.put(key, answer);
        bytes += size - (before == null ? 0 : before.bytes());
        Iterator<Map.Entry<Key, CachedAnswer>> oldest = answers.entrySet().iterator();
        while (bytes > settings.maxBytes() || answers.size() > settings.maxEntries()) {
            bytes -= oldest.next().getValue().bytes();
            oldest.remove();
        }
    }

    /** How many answers are kept. */
    public synchronized int entries() {
        return answers.size();
    }

    /** The bytes that they take. */
    public synchronized long bytes() {
        return bytes;
    }
}
