package dev.candor.proving.verifier;

import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Hidden;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Quadratic;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A proving branch that changes messages before they are padded and sent; what follows is adapted to them. */
class AttackSession implements Session {

    /** A challenge with its label. */
    record Drawn(String label, Extension value) {}

    private final BranchSession.Proving inner;
    final List<Drawn> drawn = new ArrayList<>();

    AttackSession(BranchSession.Proving inner) {
        this.inner = inner;
    }

    /** The values to send instead; by default the honest ones. */
    protected List<Extension> change(String label, Supplier<List<Extension>> honest) {
        return honest.get();
    }

    /** The last {@code count} challenges with this label, in order. */
    List<Extension> last(String label, int count) {
        List<Extension> values = drawn.stream()
                .filter(d -> d.label.equals(label))
                .map(Drawn::value)
                .toList();
        return values.subList(values.size() - count, values.size());
    }

    @Override
    public Field field() {
        return inner.field();
    }

    @Override
    public long[] publicTensor(int number, int size) {
        return inner.publicTensor(number, size);
    }

    @Override
    public ExtensionVector challenges(String label, int count) {
        ExtensionVector challenges = inner.challenges(label, count);
        for (int i = 0; i < count; i++) {
            drawn.add(new Drawn(label, challenges.get(i)));
        }
        return challenges;
    }

    @Override
    public List<Hidden> messages(String label, int count, Supplier<List<Extension>> values) {
        return inner.messages(label, count, () -> change(label, values));
    }

    @Override
    public void zero(Check check, LinearForm form) {
        inner.zero(check, form);
    }

    @Override
    public void product(Check check, Quadratic form, List<Hidden> factors, Hidden product) {
        inner.product(check, form, factors, product);
    }
}
