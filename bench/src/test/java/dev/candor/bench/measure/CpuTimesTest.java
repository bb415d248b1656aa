package dev.candor.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class CpuTimesTest {
    @Test
    void addsUserAndSystemTimeOfAProcessWithAnOddName() {
        String stat = "42 (a ) (b) R 1 42 42 0 -1 4194304 100 0 0 0 250 17 3 4 20 0 1 0 8913 1 2";
        assertEquals(2_670_000, ProcessCpu.parse(stat));
    }

    @Test
    void ownTimeGrowsWithWork() throws IOException {
        long before = ProcessCpu.ownMicros();
        long limit = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (ProcessCpu.ownMicros() == before) {
            assertTrue(System.nanoTime() < limit, "a busy process used no time");
        }
    }

    @Test
    void refusesAProcessThatIsNotThere() {
        assertThrows(IOException.class, () -> ProcessCpu.micros(Long.MAX_VALUE));
    }

    @Test
    void leavesIdleAndWaitingTimeOutOfTheMachines() {
        MachineCpu before = MachineCpu.parse("cpu  100 5 50 9000 800 7 3 20 0 0");
        assertEquals(new MachineCpu(1_650_000, 200_000), before);
        MachineCpu after = MachineCpu.parse("cpu  101 5 50 9900 800 7 3 21 0 0");
        assertEquals(new MachineCpu(10_000, 10_000), after.since(before));
    }
}
