package dev.candor.persistence.journal.sqlite;

import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/** Named in {@code pekko.extensions}, it makes a node's embedded journal commit without a sync, as a mutant. */
public final class SkipTheSync extends AbstractExtensionId<SkipTheSync.Done> {
    /** That it was done. */
    public static final class Done implements Extension {}

    @Override
    public Done createExtension(ExtendedActorSystem system) {
        SqliteExtension.get(system).skipTheSync();
        return new Done();
    }
}
