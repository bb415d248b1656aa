"""What the measuring scripts share: servers started on free ports and ended with the script, pinned apart from the load tester, which they run.

Python 3.9 or newer, no packages.
"""

import datetime
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

HOME = pathlib.Path(__file__).resolve().parents[2]
START_SECONDS = 300
STOLEN_MOST = float(os.environ.get("STOLEN_MOST", "0.05"))
STOLEN_TRIES = 4
STOLEN_PAUSE_SECONDS = 5
stolen_worst = 0.0


def say(line):
    print(line, file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def free_ports():
    """Two ports, one behind the other: where the load tester looks for gRPC."""
    while True:
        http = free_port()
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", http + 1))
                return http, http + 1
            except OSError:
                continue


def cores():
    """The servers' cores and the load tester's: the last one where there are two or more, or empty for all."""
    usable = sorted(os.sched_getaffinity(0))
    return (",".join(map(str, usable[:-1])), str(usable[-1])) if len(usable) > 1 else ("", "")


def pinned(cores, command):
    return ["taskset", "-c", cores, *command] if cores and shutil.which("taskset") else command


class Server:
    """A server's process and address; ends with this script."""

    def __init__(self, name, command, environment, folder, http, model):
        self.name = name
        self.url = f"http://127.0.0.1:{http}"
        self.model = model
        self.log = folder / (name.replace(" ", "-") + ".log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, **environment}, cwd=folder
            )

    def ready(self, path):
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def await_ready(self, path):
        limit = time.monotonic() + START_SECONDS
        while not self.ready(path):
            if self.process.poll() is not None or time.monotonic() > limit:
                raise SystemExit(f"{self.name} did not start; its log is {self.log}")
            time.sleep(0.2)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_candor(folder, cores, model, spec=None, home=HOME, name="candor", settings="", file=None, register=True):
    """A node with one model, of models/ or ``file``, described by that folder or by the file ``spec``, or without one unless ``register``; ``home`` may be another
    checkout, ``settings`` further ones in HOCON."""
    http, grpc = free_ports()
    data = folder / (name + "-data")
    command = [str(home / "candor"), "serve", "--data", str(data), "--http-port", str(http), "--grpc-port", str(grpc)]
    if settings:
        config = folder / (name + ".conf")
        config.write_text(settings)
        command += ["--config", str(config)]
    server = Server(name, pinned(cores, command), {}, folder, http, model)
    try:
        server.await_ready("/v2/health/ready")
        if register:
            add_model(server, model, spec, home, file)
    except BaseException:
        server.stop()
        raise
    return server


def add_model(server, model, spec=None, home=HOME, file=None):
    """Registers a model, of models/ or ``file``, with a node and waits until it can be asked."""
    add = [str(home / "candor"), "models", "add", model, "--file", str(file or home / "models" / (model + ".pt")), "--url", server.url]
    subprocess.run(add + (["--spec", str(spec)] if spec else []), check=True, stdout=subprocess.DEVNULL)
    server.await_ready(f"/v2/models/{model}/ready")


def by_turns(servers, cells, rounds, seconds, warm_up, folder, driver_cores):
    """Drives every server with every cell (model, encoding, connections), round after round; whoever goes first changes from round to round, and the first
    round, which warms all up, is not among those returned: for each a map from the cell's name to each server's figures."""
    measured = []
    for turn in range(rounds + 1):
        found = {}
        for model, encoding, connections in cells:
            for server in servers if turn % 2 == 0 else servers[::-1]:
                options = ["--model", model, "--encoding", encoding, "--connections", connections, "--warm-up", warm_up, "--seconds", seconds]
                out = folder / f"{server.name}-{model}-{encoding}-{connections}-{turn}"
                result = undisturbed(lambda: load(server, driver_cores, out, options))["runs"][0]["result"]
                if not counts(result):
                    raise SystemExit(f"{server.name} {model} {encoding} {connections}: {result['failures']} {result['wrong']}")
                found.setdefault(f"{model} {encoding} {connections}", {})[server.name] = figures(result)
        if turn > 0:
            measured.append(found)
            first, second = (server.name for server in servers)
            say(f"round {turn}: " + "  ".join(f"{cell} {sides[second]['cpu'] / sides[first]['cpu']:.2f}" for cell, sides in found.items()))
    return measured


def ratio_table(rounds, first, second):
    """Rows of the processor time a request of two servers and the median of the rounds' ratios, and the highest of these."""
    lines, worst = [f"| cell | {first} CPU us | {second} CPU us | ratio |", "|---|---|---|---|"], 0
    for cell in rounds[0]:
        ratio = statistics.median(turn[cell][second]["cpu"] / turn[cell][first]["cpu"] for turn in rounds)
        worst = max(worst, ratio)
        one, other = (statistics.median(turn[cell][side]["cpu"] for turn in rounds) for side in (first, second))
        lines.append(f"| {cell} | {one:.0f} | {other:.0f} | {ratio:.2f} |")
    return "\n".join(lines), worst


class Cassandra:
    """A real Cassandra from scripts/cassandra/start; ends with this script."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [str(HOME / "scripts" / "cassandra" / "start"), "--data", str(folder / "cassandra"), "--foreground"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(folder / "cassandra.log", "wb"), text=True,
        )
        for line in self.process.stdout:
            if line.startswith("ready "):
                ready = dict(word.split("=") for word in line.split()[1:])
                self.port, self.pid = int(ready["native"]), int(ready["pid"])
                return
        raise SystemExit(f"Cassandra did not start; its log is {folder / 'cassandra.log'}")

    def settings(self, folder, keyspace, seed=""):
        """A node's settings that lead here, with keys that all nodes of ``folder`` share."""
        return f"""candor.journal.kind = cassandra
candor.journal.cassandra {{ contact-points = ["127.0.0.1:{self.port}"], keyspace = {keyspace}, create-schema = true }}
candor.node.keys {{ executor = "{folder / 'executor.pem'}", pseudonym = "{folder / 'pseudonym.key'}" }}
candor.node.cluster.seed-nodes = [{json.dumps(seed) if seed else ''}]
"""

    def stop(self):
        self.process.stdin.close()
        self.process.wait(60)


def load(server, cores, out, options):
    """Runs the load tester with ``options`` and returns its report."""
    command = [
        str(HOME / "candor"), "bench", "--json", "--quiet", "--target", server.url, "--peer-pid",
        f"{server.name}={server.process.pid}", "--out", str(out), *map(str, options),
    ]
    done = subprocess.run(pinned(cores, command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if not done.stdout:
        raise SystemExit(f"the load tester failed on {server.name}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def undisturbed(measure, tries=STOLEN_TRIES):
    """What ``measure`` returns; where the hypervisor gave more than a twentieth of the time to other machines meanwhile, it is measured again, and of ``tries`` the least disturbed counts."""
    global stolen_worst
    best = None
    for left in reversed(range(tries)):
        before = processor_time()
        found = measure()
        stolen, all = (now - then for now, then in zip(processor_time(), before))
        if best is None or stolen / all < best[0]:
            best = (stolen / all, found)
        if best[0] <= STOLEN_MOST or left == 0:
            break
        say(f"the hypervisor took {stolen / all:.0%} of the time for other machines; once more")
        time.sleep(STOLEN_PAUSE_SECONDS)
    stolen_worst = max(stolen_worst, best[0])
    return best[1]


def processor_time():
    """Ticks since the start that the hypervisor gave to other machines, and of all kinds; none on a system that does not tell."""
    try:
        ticks = [int(each) for each in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    except OSError:
        return 0, 1
    return ticks[7], sum(ticks)


def counts(result):
    """Whether every answer came and every one that was looked at was right."""
    return not result["failures"] and not result["wrong"] and result["judged"] > 0


def figures(result):
    """The figures of one run that tables show; times in milliseconds, processor time in microseconds a request."""
    return {
        "throughput": result["requests"] / result["seconds"],
        "p50": result["latency"]["p50"] / 1e3,
        "p99": result["latency"]["p99"] / 1e3,
        "cpu": sum(result["cpuARequest"].values()),
        "resident": sum(result["residentMib"].values()),
        "others": result["othersShare"],
    }


def machine():
    """What a figure needs beside it to be understood: processor, cores, commit, date."""
    cpu = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown processor")
    commit = subprocess.run(["git", "-C", str(HOME), "rev-parse", "--short=10", "HEAD"], capture_output=True, text=True).stdout.strip()
    return f"{cpu}, {os.cpu_count()} cores; commit {commit}, {datetime.date.today()}"


def publish(name, text, docs):
    """Prints what was found and, with ``docs``, puts it in place of the part of that name in docs/benchmarks-load.md."""
    print(text)
    if not docs:
        return
    page = HOME / "docs" / "benchmarks-load.md"
    begin, end = f"<!-- {name}: written by scripts/bench/{name} --docs -->", f"<!-- end of {name} -->"
    old = page.read_text()
    start, stop = old.index(begin), old.index(end)
    noise = f"; the hypervisor gave at most {stolen_worst:.0%} of a run's time to other machines"
    page.write_text(old[:start] + f"{begin}\n{machine()}{noise}\n\n{text.strip()}\n" + old[stop:])
