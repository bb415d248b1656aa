package dev.candor.torchscript;

import java.util.Set;

/**
 * Bounds on what an inspection reads into memory; the time it takes is linear in these and in the file's size.
 *
 * @param fileBytes largest file
 * @param entries most files in the archive
 * @param codeBytes most bytes of code in all, unpacked
 * @param pickleBytes largest pickle, unpacked
 * @param pickleValues most values a pickle may make
 * @param extraOperators operators of PyTorch that are let through besides the built-in list, by their names without namespace
 */
public record InspectionLimits(
        long fileBytes, int entries, int codeBytes, int pickleBytes, int pickleValues, Set<String> extraOperators) {
    /** 16 GiB, 100,000 entries, 16 MiB of code, 32 MiB and 2,000,000 values a pickle, no extra operators. */
    public static final InspectionLimits DEFAULT =
            new InspectionLimits(16L << 30, 100_000, 16 << 20, 32 << 20, 2_000_000, Set.of());

    /** Refuses bounds of zero or less. */
    public InspectionLimits {
        if (fileBytes < 1 || entries < 1 || codeBytes < 1 || pickleBytes < 1 || pickleValues < 1) {
            throw new IllegalArgumentException("every bound of an inspection is at least 1");
        }
        extraOperators = Set.copyOf(extraOperators);
    }

    /** The same bounds with {@code operators} let through. */
    public InspectionLimits withExtraOperators(Set<String> operators) {
        return new InspectionLimits(fileBytes, entries, codeBytes, pickleBytes, pickleValues, operators);
    }
}
