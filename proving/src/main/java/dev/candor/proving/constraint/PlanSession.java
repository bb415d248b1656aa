package dev.candor.proving.constraint;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.transcript.Schedule;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Counts what a branch sends and demands. Challenges are fixed dummies that no message depends on. */
public final class PlanSession implements Session {

    private static final Extension DUMMY = new Extension(2, 1);

    private final Field field;
    private final Schedule.Builder schedule;
    private final int firstPad;
    private final List<Integer> masks = new ArrayList<>();
    private int pads;
    private int messages;
    private int openings;
    private int equations;

    /**
     * Plans the branch {@code name}.
     *
     * @param firstPad the pad cells that branches before it use
     */
    public PlanSession(Field field, String name, int firstPad) {
        this.field = field;
        this.schedule = BranchTranscript.begin(name);
        this.firstPad = firstPad;
    }

    @Override
    public Field field() {
        return field;
    }

    @Override
    public long[] publicTensor(int number, int size) {
        return new long[size];
    }

    @Override
    public ExtensionVector challenges(String label, int count) {
        schedule.challengeExtensions(label, count);
        ExtensionVector dummies = new ExtensionVector(count);
        for (int i = 0; i < count; i++) {
            dummies.set(i, DUMMY);
        }
        return dummies;
    }

    @Override
    public List<Hidden> messages(String label, int count, Supplier<List<Extension>> values) {
        schedule.extensions(label, count);
        messages += count;
        List<Hidden> hidden = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            hidden.add(new Hidden(LinearForm.pad(firstPad + pads++), Extension.ZERO));
        }
        return hidden;
    }

    @Override
    public void zero(Check check, LinearForm form) {
        equations++;
    }

    @Override
    public void product(Check check, Quadratic form, List<Hidden> factors, Hidden product) {
        for (int i = 0; i < factors.size(); i++) {
            masks.add(pads++);
        }
        openings += factors.size();
        equations += factors.size() + 1;
        messages(BranchTranscript.CROSS_TERMS, 2, List::of);
    }

    public BranchPlan plan() {
        return new BranchPlan(schedule.build(), firstPad, pads, masks, messages, openings, equations);
    }
}
