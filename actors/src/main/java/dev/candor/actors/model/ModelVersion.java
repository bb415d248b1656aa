package dev.candor.actors.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of a model: {@code 1.00}, {@code 1.01}, ... ; the first number counts incompatible changes of the specification.
 *
 * @param major 1 to 9999
 * @param minor 0 to 99
 */
public record ModelVersion(int major, int minor) implements Comparable<ModelVersion> {
    /** What the first registration gets. */
    public static final ModelVersion FIRST = new ModelVersion(1, 0);

    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,3})\\.([0-9]{2})");

    /** Refuses what the text form cannot say. */
    public ModelVersion {
        if (major < 1 || major > 9999 || minor < 0 || minor > 99) {
            throw new IllegalArgumentException("a version lies between 1.00 and 9999.99");
        }
    }

    /** Parses {@code MAJOR.MM}; anything else is an {@link IllegalArgumentException} that says the form. */
    public static ModelVersion parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a version is written like 1.00 or 2.13, not \""
                    + text.substring(0, Math.min(32, text.length())) + "\"");
        }
        return new ModelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }

    /** The next minor version; after .99 the next major one. */
    public ModelVersion nextMinor() {
        return minor == 99 ? nextMajor() : new ModelVersion(major, minor + 1);
    }

    /** The next major version. */
    public ModelVersion nextMajor() {
        return new ModelVersion(major + 1, 0);
    }

    @Override
    public int compareTo(ModelVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + (minor < 10 ? ".0" : ".") + minor;
    }
}
