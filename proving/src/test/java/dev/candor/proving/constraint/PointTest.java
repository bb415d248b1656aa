package dev.candor.proving.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PointTest {

    private static final Field F = Goldilocks.INSTANCE;

    @Test
    void indicatorIsTheSumOfTheTable() {
        Random random = new Random(4);
        for (int size = 0; size <= 6; size++) {
            List<Extension> coordinates = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                coordinates.add(new Extension(random.nextInt(1000), random.nextInt(1000)));
            }
            Point point = new Point(coordinates);
            ExtensionVector table = point.table(F, 1 << size);
            Extension sum = Extension.ZERO;
            for (int count = 0; count <= 1 << size; count++) {
                assertThat(point.indicator(F, count)).isEqualTo(sum);
                sum = count < 1 << size ? F.add(sum, table.get(count)) : sum;
            }
            int more = (1 << size) + 1;
            assertThatThrownBy(() -> point.indicator(F, more)).hasMessageContaining("no " + more);
        }
    }
}
