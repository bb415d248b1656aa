package dev.candor.persistence.model;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What names and specifications may be. Pure. */
public final class ModelRules {
    /** Most versions of a model at one time. */
    public static final int MAX_VERSIONS = 1_000;

    /** Most aliases of a model. */
    public static final int MAX_ALIASES = 64;

    /** Most inputs, and most outputs. */
    public static final int MAX_TENSORS = 64;

    /** Most labels. */
    public static final int MAX_LABELS = 10_000;

    /** Most characters of a label. */
    public static final int MAX_LABEL_LENGTH = 256;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");
    private static final Pattern ALIAS = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern NUMBER = Pattern.compile("[0-9.]+");
    private static final Set<String> RESERVED = Set.of(
            "catalog",
            "config",
            "generate",
            "health",
            "index",
            "infer",
            "metadata",
            "ready",
            "repository",
            "stats",
            "versions");

    private ModelRules() {}

    /** Refuses a name that cannot stand in a URL, a persistence id or beside the protocol's own words. */
    public static void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw invalid(
                    "A model's name has 1 to 128 characters of a-z, 0-9, '.', '_' and '-', and begins with a letter or digit; this is \""
                            + shortened(name) + "\".");
        }
        if (RESERVED.contains(name)) {
            throw invalid("\"" + name + "\" is a word of the protocol; choose another name for the model.");
        }
    }

    /** Refuses an alias that is no name, or that means something already. */
    public static void checkAlias(String alias) {
        if (alias.equals(ModelView.LATEST)) {
            throw invalid(
                    "The alias \"latest\" always names the newest enabled version and cannot be set; use another, such as \"stable\".");
        }
        if (!ALIAS.matcher(alias).matches()) {
            throw invalid(
                    "An alias has 1 to 64 characters of a-z, 0-9, '.', '_' and '-', and begins with a letter or digit; this is \""
                            + shortened(alias) + "\".");
        }
        if (NUMBER.matcher(alias).matches()) {
            throw invalid("An alias must not look like a version; this is \"" + alias + "\".");
        }
    }

    /** Refuses a specification over the limits. */
    public static void checkSpec(ModelSpec spec) {
        if (spec.inputs().size() > MAX_TENSORS || spec.outputs().size() > MAX_TENSORS) {
            throw invalid("A model has at most " + MAX_TENSORS + " inputs and as many outputs; this one has "
                    + spec.inputs().size() + " and " + spec.outputs().size() + ".");
        }
        if (spec.labels().size() > MAX_LABELS) {
            throw invalid("A model has at most " + MAX_LABELS + " labels; this one has "
                    + spec.labels().size() + ".");
        }
        for (String label : spec.labels()) {
            if (label.length() > MAX_LABEL_LENGTH) {
                throw invalid("A label has at most " + MAX_LABEL_LENGTH + " characters; \"" + shortened(label)
                        + "\" has " + label.length() + ".");
            }
        }
    }

    /** Whether every request that {@code before} admits is admitted by {@code after} and gets the same outputs back. */
    static boolean compatible(ModelSpec before, ModelSpec after) {
        return before.inputs().size() == after.inputs().size()
                && before.inputs().stream()
                        .allMatch(old -> named(after.inputs(), old)
                                .filter(now -> now.datatype() == old.datatype() && widens(old.shape(), now.shape()))
                                .isPresent())
                && before.outputs().stream()
                        .allMatch(old -> named(after.outputs(), old)
                                .filter(now -> now.datatype() == old.datatype()
                                        && now.shape().equals(old.shape()))
                                .isPresent());
    }

    private static Optional<TensorSpec> named(List<TensorSpec> among, TensorSpec like) {
        return among.stream().filter(spec -> spec.name().equals(like.name())).findFirst();
    }

    private static boolean widens(Shape before, Shape after) {
        if (before.rank() != after.rank()) {
            return false;
        }
        for (int axis = 0; axis < before.rank(); axis++) {
            if (after.at(axis) != -1 && after.at(axis) != before.at(axis)) {
                return false;
            }
        }
        return true;
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(60, text.length()));
    }
}
