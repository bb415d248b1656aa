package dev.candor.cluster.attestation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings {@code candor.attestation}; {@code reference.conf} says what each means.
 *
 * @param software whether the software attester, which is for development, vouches for the executor's key; otherwise nothing does
 * @param policy file by which evidence is judged; empty for one that believes this build's software attester alone
 */
public record AttestationSettings(boolean software, Optional<Path> policy) {
    /** Reads the settings; a value that cannot be is a {@link ConfigException} that names its place. */
    public static AttestationSettings of(Config root) {
        Config config = root.getConfig("candor.attestation");
        String policy = config.getString("policy");
        return new AttestationSettings(
                switch (config.getString("attester")) {
                    case "none" -> false;
                    case "software" -> true;
                    default ->
                        throw new ConfigException.BadValue(
                                config.getValue("attester").origin(),
                                "candor.attestation.attester",
                                "the attesters are none and software");
                },
                policy.isEmpty() ? Optional.empty() : Optional.of(Path.of(policy)));
    }

    /** What is wrong with these settings in production; empty if nothing is. */
    public Optional<String> problem(boolean production) {
        return software && production
                ? Optional.of(
                        "candor.attestation.attester is software, whose word shows nothing and is for development;"
                                + " a production node needs none")
                : Optional.empty();
    }
}
