/** The network now: throughput, latency, batches, nodes and shards, models, usage, proofs, blocks. */
import { bar, decimal, figure, h, part, percent, span, swap, table, whole } from "./html.js";
import { batchSize, latency, Looks, MODES, rate, total } from "./live.js";
import { poll, sentence } from "./node.js";
import { plot } from "./plot.js";

const POINTS = 120;
const RECENT = 5;
const SHOWN_SHARDS = 64;

function tile(name) {
  const value = h("dd", null, "–");
  return { element: h("div", null, h("dt", null, name), value), set: (text) => (value.textContent = text) };
}

const or = (value, format) => (Number.isFinite(value) ? format(value) : "–");

/** Shows the view until the signal says otherwise. */
export function overview(main, signal) {
  const looks = new Looks(POINTS);
  const tiles = Object.fromEntries(
    ["Answers a second", "Latency p50", "Latency p99", "Mean batch", "In flight", "Refusals a second"].map((name) => [name, tile(name)]),
  );
  const throughput = plot("Answers a second, by mode", MODES, POINTS, whole);
  const times = plot("Latency, ms", ["p50", "p99"], POINTS, span);
  const batches = plot("Requests in a batch, on average", ["mean"], POINTS, decimal);
  const nodes = h("div", null, "…");
  const models = h("div", null, "…");
  const usage = h("div", null, "…");
  const proofs = h("div", null, "…");
  const backlog = h("p", null, "…");
  const blocks = h("div", null, "…");
  const blockRate = plot("Blocks a second", ["blocks"], POINTS, decimal);
  const said = h("p", { class: "bad", role: "status" });
  main.append(
    h("h1", { tabindex: "-1" }, "The network now"),
    said,
    part(
      "Traffic of this node",
      h("dl", { class: "tiles" }, Object.values(tiles).map((each) => each.element)),
      h("div", { class: "grid" }, throughput.element, times.element, batches.element),
    ),
    part("Nodes and shards", nodes),
    part("Models", models),
    h("div", { class: "grid" }, part("Usage by mode, in final blocks", usage), part("Proofs", backlog, proofs), part("Blocks", blocks, blockRate.element)),
  );

  /** @type {any[]} */
  let known = [];
  poll(
    "/v1/live",
    1000,
    signal,
    (look) => {
      looks.add(look);
      said.textContent = "";
      drawLive();
    },
    (problem) => (said.textContent = `The figures of this node are not to be had: ${sentence(problem)}`),
  );
  poll(
    "/v1/models",
    10_000,
    signal,
    (answer) => {
      known = answer.models;
      drawModels();
    },
    (problem) => swap(models, h("p", { class: "soft" }, sentence(problem))),
  );
  const heights = [];
  poll(
    "/v1/stats",
    2000,
    signal,
    (stats) => {
      heights.push([performance.now(), stats.days.reduce((sum, day) => sum + day.blocks, 0)]);
      if (heights.length > POINTS / 2 + 1) heights.shift();
      drawStats(stats);
    },
    (problem) => [usage, proofs, blocks].forEach((each) => swap(each, h("p", { class: "soft" }, sentence(problem)))),
  );

  function drawLive() {
    const one = (name, value) => tiles[name].set(value);
    one("Answers a second", or(looks.now(RECENT, rate("candor_answers")), whole));
    one("Latency p50", span(looks.now(RECENT, latency(0.5))));
    one("Latency p99", span(looks.now(RECENT, latency(0.99))));
    one("Mean batch", or(looks.now(RECENT, batchSize()), decimal));
    one("Refusals a second", or(looks.now(RECENT, rate("candor_refusals")), whole));
    const { figures, cluster } = looks.latest;
    one("In flight", `${whole(total(figures, "candor_requests_in_flight"))} of ${whole(total(figures, "candor_requests_limit"))}`);
    throughput.draw(MODES.map((mode) => looks.series(1, rate("candor_answers", (labels) => labels.mode === mode))));
    times.draw([0.5, 0.99].map((share) => looks.series(RECENT, latency(share))));
    batches.draw([looks.series(RECENT, batchSize())]);
    const open = total(figures, "candor_proof_jobs_open");
    backlog.textContent = `Owed on this node: ${whole(open)} proofs${open > 0 ? `, the oldest for ${span(1000 * total(figures, "candor_proof_job_oldest_seconds"))}` : ""}.`;
    swap(nodes, h("p", null, `${cluster.members.length} ${cluster.members.length === 1 ? "node" : "nodes"}, ${cluster.partitions} partitions.`), h("ul", { class: "nodes" }, cluster.members.map((member) => node(member, cluster.regions))));
    drawModels();
  }

  function drawModels() {
    if (known.length === 0) {
      swap(models, h("p", { class: "soft" }, "No models are registered yet: candor models add NAME --file FILE"));
      return;
    }
    const rows = known.flatMap((model) =>
      model.versions.map((version) => {
        const own = (labels) => labels.model === model.name && labels.version === version.version;
        const aliases = Object.entries(model.aliases).filter(([, named]) => named === version.version);
        return [
          h("a", { href: `#/models/${encodeURIComponent(model.name)}` }, model.name),
          [version.version, aliases.length > 0 ? ` (${aliases.map(([alias]) => alias).join(", ")})` : ""],
          version.enabled ? "enabled" : "disabled",
          version.spec.exact ? "exact" : "float",
          or(looks.now(RECENT, rate("nv_inference_request_success", own)), whole),
          or(looks.now(RECENT, batchSize(own)), decimal),
          looks.latest ? whole(total(looks.latest.figures, "nv_inference_request_success", own)) : "–",
        ];
      }),
    );
    swap(models, table("Models and what this node answered of them", ["Model", "Version", "State", "Arithmetic", "Answers/s", "Mean batch", "Answers since start"], rows, [4, 5, 6]));
  }

  function drawStats(stats) {
    const sum = (path) => stats.days.reduce((all, day) => all + path(day), 0);
    const answers = sum((day) => day.demand.answers);
    swap(
      usage,
      table(
        "Answers with a receipt in a final block",
        ["Mode", "Answers", "Share"],
        MODES.map((mode) => {
          const of = sum((day) => day.usage.filter((each) => each.mode === mode).reduce((all, each) => all + each.answers, 0));
          return [mode, figure(`days/*/usage/*/answers?mode=${mode}`, of), [bar(answers > 0 ? of / answers : 0), percent(answers > 0 ? of / answers : 0)]];
        }),
        [1],
      ),
      h("p", null, "All: ", figure("days/*/demand/answers", answers), " answers of ", figure("callers/total", stats.callers.total), " callers."),
    );
    const waiting = stats.waiting.map((each, i) => h("li", null, `${each.mode}: `, figure(`waiting/${i}/receipts`, each.receipts), ` wait, the oldest for ${span(Date.now() - each.oldest)}`));
    const asked = ["tee", "zkml"].map((mode) => {
      const of = (field) => sum((day) => day.proofs.filter((each) => each.mode === mode).reduce((all, each) => all + each[field], 0));
      return [mode, ...["asked", "proven", "attested", "expired", "pending"].map((field) => figure(`days/*/proofs/*/${field}?mode=${mode}`, of(field)))];
    });
    swap(
      proofs,
      table("Proofs and attestations in the ledger", ["Mode", "Asked", "Proven", "Attested", "Expired", "Pending"], asked, [1, 2, 3, 4, 5]),
      waiting.length > 0 ? h("ul", null, waiting) : h("p", null, "Nothing waits in the ledger."),
    );
    const at = stats.days.length - 1;
    const day = stats.days[at];
    swap(
      blocks,
      h("p", null, figure("days/*/blocks", sum((each) => each.blocks)), " blocks with ", figure("days/*/transactions", sum((each) => each.transactions)), " transactions."),
      day && h("p", null, `On ${day.day} an answer was in a final block within `, figure(`days/${at}/to_final/p50`, day.to_final.p50, `${whole(day.to_final.p50)} ms`), " (p50), ", figure(`days/${at}/to_final/p99`, day.to_final.p99, `${whole(day.to_final.p99)} ms`), " (p99)."),
    );
    const series = heights.slice(1).flatMap(([time, height], i) => {
      const each = (1000 * (height - heights[i][1])) / (time - heights[i][0]);
      return [each, each];
    });
    blockRate.draw([series]);
  }
}

function node(member, regions) {
  const here = regions.filter((region) => region.address === member.address);
  const kinds = here.map((region) => {
    const ids = Object.keys(region.shards).sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
    const entities = Object.values(region.shards).reduce((sum, each) => sum + each, 0);
    return [
      h("p", { class: "soft" }, `${region.type}: ${ids.length} ${ids.length === 1 ? "shard" : "shards"}, ${entities} in memory`),
      region.type === "partition" &&
        h("ul", { class: "chips shards", "aria-label": `Partitions on ${member.address}` }, ids.slice(0, SHOWN_SHARDS).map((id) => h("li", null, id)), ids.length > SHOWN_SHARDS && h("li", null, `and ${ids.length - SHOWN_SHARDS} more`)),
    ];
  });
  return h(
    "li",
    { class: member.reachable && member.status === "up" ? null : "away" },
    h("h3", { class: "hash" }, member.address),
    h("p", null, `${member.status}${member.reachable ? "" : ", not reachable"}${member.self ? ", this node" : ""}`),
    h("ul", { class: "chips", "aria-label": "Roles" }, member.roles.map((role) => h("li", null, role))),
    kinds,
  );
}
