package dev.candor.actors.backend;

/** Makes the backend of one device. */
@FunctionalInterface
public interface BackendFactory {
    /**
     * Makes a backend; called on the device's own thread, again after each loss of the device.
     *
     * @throws RuntimeException where the device cannot be used; its message is shown to operators
     */
    InferenceBackend create();
}
