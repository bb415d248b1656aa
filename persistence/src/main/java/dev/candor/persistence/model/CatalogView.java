package dev.candor.persistence.model;

import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.model.ModelView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.pekko.Done;

/** This node's view of all models: newest revision wins, whichever way it came. Thread-safe; reads never block. */
public final class CatalogView implements ModelCatalog {
    private final ConcurrentSkipListMap<String, ModelView> views = new ConcurrentSkipListMap<>();
    private final CompletableFuture<Done> ready = new CompletableFuture<>();

    @Override
    public Optional<ModelView> find(String name) {
        return Optional.ofNullable(views.get(name)).filter(CatalogView::exists);
    }

    @Override
    public List<ModelView> all() {
        return views.values().stream().filter(CatalogView::exists).toList();
    }

    /** Completes once every model that was there at this node's start is known. */
    public CompletionStage<Done> ready() {
        return ready.minimalCompletionStage();
    }

    /** Whether {@link #ready} has completed. */
    public boolean isReady() {
        return ready.isDone();
    }

    /** Takes a view in, unless a newer one is known. A removed model stays as an empty view, so that nothing older brings it back. */
    public void accept(ModelView view) {
        views.merge(view.name(), view, (known, news) -> news.revision() > known.revision() ? news : known);
    }

    void complete() {
        ready.complete(Done.getInstance());
    }

    private static boolean exists(ModelView view) {
        return !view.versions().isEmpty();
    }
}
