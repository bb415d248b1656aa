package dev.candor.gpuconfig.device;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device by the name that receipts carry: {@code cpu:0}, {@code cuda:1}.
 *
 * @param kind what it is
 * @param index from 0; several {@code cpu} devices are several executors on the same processors
 */
public record DeviceId(Kind kind, int index) {
    private static final Pattern FORM = Pattern.compile("(cpu|cuda):([0-9]{1,3})");

    /** The kinds of devices that PyTorch runs models on here. */
    public enum Kind {
        CPU,
        CUDA
    }

    /** Parses {@code cpu:N} or {@code cuda:N}; anything else is an {@link IllegalArgumentException} that says the form. */
    public static DeviceId parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a device is written like cpu:0 or cuda:1, not \"" + text + "\"");
        }
        return new DeviceId(matcher.group(1).equals("cpu") ? Kind.CPU : Kind.CUDA, Integer.parseInt(matcher.group(2)));
    }

    @Override
    public String toString() {
        return switch (kind) {
            case CPU -> "cpu:" + index;
            case CUDA -> "cuda:" + index;
        };
    }
}
