package dev.candor.attestation.policy;

/**
 * Security versions of AMD's firmware on Milan and Genoa, each 0 to 255.
 *
 * @param bootloader of the secure processor
 * @param tee operating system of the secure processor
 * @param snp SNP firmware
 * @param microcode of the processor
 */
public record SnpTcb(int bootloader, int tee, int snp, int microcode) {
    /** Any version. */
    public static final SnpTcb ANY = new SnpTcb(0, 0, 0, 0);

    /** Takes a report's or a certificate's 64 bits apart. */
    public static SnpTcb of(long bits) {
        return new SnpTcb(
                (int) (bits & 0xff), (int) (bits >>> 8 & 0xff), (int) (bits >>> 48 & 0xff), (int) (bits >>> 56 & 0xff));
    }

    /** Whether each version is at least that of {@code least}. */
    public boolean isAtLeast(SnpTcb least) {
        return bootloader >= least.bootloader && tee >= least.tee && snp >= least.snp && microcode >= least.microcode;
    }
}
