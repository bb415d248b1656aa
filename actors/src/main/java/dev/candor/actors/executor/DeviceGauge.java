package dev.candor.actors.executor;

/** What the rest of the node may see of a device at any time. Written by its executor, read anywhere. */
public final class DeviceGauge {
    private final String name;
    private volatile boolean up;
    private volatile boolean idle;
    private volatile String why = "it is starting";

    /** A device that is starting. */
    public DeviceGauge(String name) {
        this.name = name;
    }

    /** The device's name. */
    public String name() {
        return name;
    }

    /** Whether batches can run. */
    public boolean up() {
        return up;
    }

    /** Whether nothing runs. */
    public boolean idle() {
        return idle;
    }

    /** Why the device is not up. */
    public String why() {
        return why;
    }

    void set(boolean isUp, boolean isIdle) {
        if (up != isUp) {
            up = isUp;
        }
        if (idle != isIdle) {
            idle = isIdle;
        }
    }

    void down(String reason) {
        why = reason;
    }
}
