package dev.candor.proving.field;

/** The loops of {@link Goldilocks}. */
final class GoldilocksKernels implements Kernels {

    @Override
    public Field field() {
        return Goldilocks.INSTANCE;
    }
}
