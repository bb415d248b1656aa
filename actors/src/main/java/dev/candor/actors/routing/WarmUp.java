package dev.candor.actors.routing;

import dev.candor.actors.executor.DeviceGauge;
import dev.candor.actors.executor.Residency;
import dev.candor.actors.host.ExecutorHost;
import dev.candor.actors.host.LaneHandle;
import dev.candor.actors.host.LocalLanes;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.routing.ModelWarmer.Node;
import dev.candor.actors.routing.ModelWarmer.Warmth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Spreads the copies of a model that are still missing over the nodes: those with the most free devices first. */
final class WarmUp {
    private final LocalLanes lanes;
    private final List<HostView> hosts;
    private final Predicate<HostView> live;

    WarmUp(LocalLanes lanes, List<HostView> hosts, Predicate<HostView> live) {
        this.lanes = lanes;
        this.hosts = hosts;
        this.live = live;
    }

    private record Place(ActorRef<ExecutorHost.Command> host, Node node) {
        int free() {
            return node.devices() - node.ready();
        }
    }

    Warmth warm(ModelRef model, int wanted) {
        List<Place> places = places(model);
        int ready = places.stream().mapToInt(place -> place.node().ready()).sum();
        int devices = places.stream().mapToInt(place -> place.node().devices()).sum();
        int missing = wanted - ready;
        List<Place> roomiest = new ArrayList<>(places);
        // By address where equal, so that every node that is asked asks the same ones.
        roomiest.sort(Comparator.comparingInt(Place::free)
                .reversed()
                .thenComparing(place -> place.host().path().toString()));
        for (Place place : roomiest) {
            int more = Math.min(missing, place.free());
            if (more > 0) {
                place.host().tell(new ExecutorHost.Warm(model, place.node().ready() + more));
                missing -= more;
            }
        }
        return new Warmth(
                wanted, ready, devices, places.stream().map(Place::node).toList());
    }

    private List<Place> places(ModelRef model) {
        List<Place> places = new ArrayList<>();
        ActorRef<ExecutorHost.Command> own = lanes.host();
        if (own != null && !lanes.devices().isEmpty()) {
            places.add(new Place(own, here(model)));
        }
        for (HostView host : hosts) {
            if (live.test(host) && host.status().devices() > 0) {
                places.add(new Place(host.host(), there(host, model)));
            }
        }
        return places;
    }

    private Node here(ModelRef model) {
        LaneHandle lane = lanes.find(model);
        String down = lanes.devices().stream()
                .filter(device -> !device.up())
                .findFirst()
                .map(DeviceGauge::why)
                .orElse("");
        return lane == null
                ? new Node("this node", Residency.COLD, 0, lanes.upDevices(), down)
                : new Node(
                        "this node",
                        lane.gauge().residency(),
                        lane.gauge().readyDevices(),
                        lanes.upDevices(),
                        why(lane.gauge().refusal(), down));
    }

    private static Node there(HostView host, ModelRef model) {
        HostView.ModelView view = host.model(model);
        String name = host.host().path().address().toString();
        String down = host.status().why();
        return view == null
                ? new Node(name, Residency.COLD, 0, host.status().upDevices(), down)
                : new Node(
                        name,
                        view.status().residency(),
                        view.status().readyDevices(),
                        host.status().upDevices(),
                        why(view.status().refusal().orElse(null), down));
    }

    private static String why(@Nullable Refusal refusal, String down) {
        return refusal == null ? down : refusal.sentence();
    }
}
