package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import dev.candor.cluster.node.NodeConfigs;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks and shows a node's configuration without starting one. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = "Checks and shows a node's settings.",
        subcommands = {ConfigCommand.Check.class, ConfigCommand.Show.class})
final class ConfigCommand extends CommandGroup {
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Says what is wrong with the settings; exit code 1 if anything is.")
    static final class Check implements Callable<Integer> {
        @Mixin
        private NodeConfig options = new NodeConfig();

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            List<String> problems = problems();
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                ObjectNode answer = new ObjectMapper().createObjectNode().put("ok", problems.isEmpty());
                problems.forEach(answer.putArray("problems")::add);
                out.println(answer);
            } else if (problems.isEmpty()) {
                out.println("the settings are in order");
            } else {
                problems.forEach(out::println);
            }
            out.flush();
            return problems.isEmpty() ? 0 : Candor.FAILED;
        }

        private List<String> problems() {
            try {
                return NodeConfigs.problems(options.resolve());
            } catch (ConfigException e) {
                return List.of(String.valueOf(e.getMessage()));
            }
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Prints every setting of Candor with its value and comment.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private NodeConfig options = new NodeConfig();

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() {
            Config candor = options.resolve().withOnlyPath("candor");
            PrintWriter out = spec.commandLine().getOut();
            out.print(candor.root()
                    .render(ConfigRenderOptions.defaults()
                            .setOriginComments(false)
                            .setJson(false)));
            out.flush();
            return 0;
        }
    }
}
