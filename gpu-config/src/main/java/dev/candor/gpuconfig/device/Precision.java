package dev.candor.gpuconfig.device;

import java.util.Optional;

/** How a device multiplies single-precision numbers. */
public enum Precision {
    /** In single precision throughout. */
    FLOAT32,
    /** On an NVIDIA GPU's tensor cores with 10 bits of mantissa, where libtorch chooses to. */
    TF32;

    /** The environment variable by which CUDA's libraries are kept from TF32; libtorch's convolutions use it unless told. */
    public static final String OVERRIDE = "NVIDIA_TF32_OVERRIDE";

    /** What is wrong with running so on a GPU, given the value of {@value #OVERRIDE}; empty if nothing is. */
    public Optional<String> wrongOnGpu(String override) {
        return switch (this) {
            case FLOAT32 ->
                override.equals("0")
                        ? Optional.empty()
                        : Optional.of(
                                "the profile says precision = float32, and convolutions may use TF32; start the process with "
                                        + OVERRIDE + "=0 in its environment, or say precision = tf32");
            case TF32 ->
                override.equals("0")
                        ? Optional.of("the profile says precision = tf32, and " + OVERRIDE + "=0 turns it off")
                        : Optional.empty();
        };
    }
}
