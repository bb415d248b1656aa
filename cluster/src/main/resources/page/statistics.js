/** The public figures of all final blocks, each as /v1/stats has it, and how to recompute them. */
import { bar, figure, h, moment, part, percent, swap, table, whole } from "./html.js";
import { poll, sentence } from "./node.js";

const MOST_DAYS = 14;
const MOST_ROWS = 100;
const EXPORT = "candor ledger export --data DIR --out ledger.jsonl\ncandor ledger stats --chain HEX --json ledger.jsonl";

/** Rows of a list, bounded. */
const rows = (list, make) => list.slice(0, MOST_ROWS).map(make);

const beyond = (list) => list.length > MOST_ROWS && h("p", { class: "soft" }, `and ${whole(list.length - MOST_ROWS)} more in /v1/stats`);

/** Shows the view until the signal says otherwise. */
export function statistics(main, signal) {
  const said = h("p", { class: "bad", role: "status" });
  const body = h("div", null, h("p", null, "…"));
  main.append(
    h("h1", { tabindex: "-1" }, "Public statistics"),
    said,
    part(
      "Whose word this is",
      h("p", null, "These figures are a function of the final blocks alone. Whoever has an export of the ledger comes to the same, number by number:"),
      h("pre", { tabindex: "0", role: "group", "aria-label": "Commands that recompute the figures" }, h("code", null, EXPORT)),
      h("p", null, "The node gives them as JSON at ", h("a", { href: "/v1/stats" }, "/v1/stats"), ". What was refused, and answers without a receipt, are in no block and in none of them."),
    ),
    body,
  );
  poll(
    "/v1/stats",
    2000,
    signal,
    (stats) => {
      said.textContent = "";
      swap(body, all(stats));
    },
    (problem) => (said.textContent = sentence(problem)),
  );
}

function all(stats) {
  const { callers } = stats;
  const shown = stats.days.map((day, at) => ({ day, at })).slice(-MOST_DAYS).reverse();
  const cohortAfters = [...new Set(callers.cohorts.flatMap((each) => Object.keys(each.active_after)))].sort((a, b) => a - b).slice(0, MOST_DAYS);
  return [
    part(
      "Over all days",
      answersByDay(stats),
      h(
        "dl",
        { class: "tiles" },
        tile("Callers", figure("callers/total", callers.total)),
        tile("More than one answer", figure("callers/repeat", callers.repeat)),
        tile("On several days", figure("callers/several_days", callers.several_days)),
      ),
      callers.cohorts.length > 0 &&
        table(
          "Callers by the day they came, and how many were active so many days later",
          ["First on", "Callers", ...cohortAfters.map((each) => `+${each}`)],
          callers.cohorts.map((each, i) => ({ each, i })).slice(-MOST_DAYS).map(({ each, i }) => [
            each.day,
            figure(`callers/cohorts/${i}/callers`, each.callers),
            ...cohortAfters.map((after) => (after in each.active_after ? figure(`callers/cohorts/${i}/active_after/${after}`, each.active_after[after]) : "")),
          ]),
          [1, ...cohortAfters.map((_, i) => i + 2)],
        ),
      stats.waiting.length > 0
        ? table("Receipts that wait", ["Mode", "Receipts", "Oldest answered"], stats.waiting.map((each, i) => [each.mode, figure(`waiting/${i}/receipts`, each.receipts), moment(each.oldest)]), [1])
        : h("p", null, "No receipt waits for a proof or an attestation."),
      stats.stated_by && h("p", null, `Stated alike by ${stats.stated_by.validators.length} validators, of which ${stats.stated_by.needed} are needed, of the blocks up to height ${whole(stats.stated_by.height)}.`),
    ),
    shown.map(({ day, at }) => ofDay(day, `days/${at}`)),
    stats.days.length > MOST_DAYS && h("p", { class: "soft" }, `${stats.days.length - MOST_DAYS} earlier days are in /v1/stats.`),
    stats.days.length === 0 && h("p", null, "There is no final block yet."),
  ];
}

const tile = (name, value) => h("div", null, h("dt", null, name), h("dd", null, value));

function answersByDay(stats) {
  const days = stats.days.map((day, at) => ({ day, at })).slice(-MOST_DAYS);
  const most = Math.max(1, ...days.map(({ day }) => day.demand.answers));
  return (
    days.length > 0 &&
    table(
      "Answers by day",
      ["Day (UTC)", "Answers", "Beside the busiest day"],
      days.map(({ day, at }) => [day.day, figure(`days/${at}/demand/answers`, day.demand.answers), bar(day.demand.answers / most)]),
      [1],
    )
  );
}

function ofDay(day, path) {
  const at = (rest, value, shown) => figure(`${path}/${rest}`, value, shown);
  const ms = (rest, value) => at(rest, value, `${whole(value)} ms`);
  return part(
    day.day,
    h(
      "dl",
      { class: "tiles" },
      tile("Blocks", at("blocks", day.blocks)),
      tile("Transactions", at("transactions", day.transactions)),
      tile("Callers", at("callers/active", day.callers.active)),
      tile("of these new", at("callers/first", day.callers.first)),
      tile("and returning", at("callers/returning", day.callers.returning)),
      tile(`In the busiest hour, ${String(day.demand.busiest_hour).padStart(2, "0")} UTC`, at("demand/busiest_hour_answers", day.demand.busiest_hour_answers)),
      tile("Proofs asked for", at("demand/proofs", day.demand.proofs)),
      tile("Proofs that came", at("supply/proofs", day.supply.proofs)),
      tile("Executors that answered", at("supply/executors", day.supply.executors)),
      tile("To a final block, p50", ms("to_final/p50", day.to_final.p50)),
      tile("To a final block, p99", ms("to_final/p99", day.to_final.p99)),
    ),
    day.usage.length > 0 &&
      table(
        "Usage",
        ["Model", "Version", "Mode", "Answers", "of these kept ones"],
        rows(day.usage, (each, i) => [each.model, each.version, each.mode, at(`usage/${i}/answers`, each.answers), at(`usage/${i}/cached`, each.cached)]),
        [3, 4],
      ),
    beyond(day.usage),
    day.proofs.length > 0 &&
      table(
        "Proofs and attestations",
        ["Mode", "Asked", "Proven", "Attested", "Expired", "Disproved", "Pending", "Coverage"],
        day.proofs.map((each, i) => [
          each.mode,
          ...["asked", "proven", "attested", "expired", "disproved", "pending"].map((field) => at(`proofs/${i}/${field}`, each[field])),
          at(`proofs/${i}/coverage`, each.coverage, percent(each.coverage)),
        ]),
        [1, 2, 3, 4, 5, 6, 7],
      ),
    Object.keys(day.to_proof).length > 0 &&
      table(
        "From the answer to the block with its proof",
        ["Mode", "Proofs", "p50", "p99"],
        Object.entries(day.to_proof).map(([mode, took]) => [mode, at(`to_proof/${mode}/count`, took.count), ms(`to_proof/${mode}/p50`, took.p50), ms(`to_proof/${mode}/p99`, took.p99)]),
        [1, 2, 3],
      ),
    day.operators.length > 0 &&
      table(
        "Operators",
        ["Account", "Answers", "Share", "Paid"],
        rows(day.operators, (each, i) => [
          h("span", { class: "hash" }, each.operator),
          at(`operators/${i}/answers`, each.answers),
          at(`operators/${i}/share`, each.share, percent(each.share)),
          at(`operators/${i}/paid`, each.paid),
        ]),
        [1, 2, 3],
      ),
    beyond(day.operators),
    Object.keys(day.supply.nodes).length > 0 &&
      table("Nodes registered at the day's end", ["Role", "Nodes"], Object.entries(day.supply.nodes).map(([role, count]) => [role, at(`supply/nodes/${role}`, count)]), [1]),
    table(
      "Money, in units",
      ["Paid", "Held for proofs", "Owed", "Treasury grew by", "Supply grew by"],
      [["paid", "held", "owed", "treasury", "supply"].map((field) => at(`money/${field}`, day.money[field]))],
      [0, 1, 2, 3, 4],
    ),
  );
}
