/** The models, and a page of each with a form to try it and to watch its verification proceed. */
import { CandorError, checkReceipt } from "./candor/index.js";
import { drawing } from "./draw.js";
import { bar, h, part, put, span, swap, table, whole } from "./html.js";
import { ask, client, events, ownTrust, sentence } from "./node.js";
import { checkList, proof, verdict } from "./receipt.js";

const PIXELS = 784;
const MOST_BARS = 20;
const STEPS = ["queued", "leased", "proved", "verified", "settled"];
const ENDED = new Set(["settled", "rejected", "expired", "cancelled", "none", "unknown", "simulated", "attested", "refused"]);
const LOOK_EVERY = 1000;
const WAIT_FOR_SETTLEMENT = 60_000;

/** The list. */
export async function models(main, signal) {
  const list = h("div", null, "…");
  main.append(h("h1", { tabindex: "-1" }, "Models"), part("Registered here", list));
  const show = async () => {
    try {
      const { models: all } = await ask("/v1/models", signal);
      put(
        list,
        all.length === 0
          ? h("p", null, "None yet: candor models add NAME --file FILE")
          : table(
              "Models",
              ["Model", "Versions", "Aliases"],
              all.map((model) => [
                h("a", { href: `#/models/${encodeURIComponent(model.name)}` }, model.name),
                model.versions.map((each) => `${each.version}${each.enabled ? "" : " (disabled)"}`).join(", "),
                Object.entries(model.aliases).map(([alias, version]) => `${alias} = ${version}`).join(", "),
              ]),
            ),
      );
    } catch (problem) {
      if (!signal.aborted) put(list, h("p", { class: "bad", role: "status" }, sentence(problem)));
    }
  };
  events.addEventListener("key", show, { signal });
  await show();
}

/** A model's page. */
export async function model(main, signal, name) {
  const body = h("div", null, h("p", null, "…"));
  main.append(h("h1", { tabindex: "-1" }, name), body);
  const show = async () => {
    try {
      const found = await ask(`/v1/models/${encodeURIComponent(name)}`, signal);
      const enabled = found.versions.filter((each) => each.enabled);
      put(body, versions(found), enabled.length > 0 ? part("Try it", attempt(found, enabled, signal)) : h("p", null, "No version is enabled."));
    } catch (problem) {
      if (!signal.aborted) put(body, h("p", { class: "bad", role: "status" }, sentence(problem)));
    }
  };
  events.addEventListener("key", show, { signal });
  await show();
}

const shapes = (tensors) => tensors.map((each) => `${each.name} ${each.datatype} [${each.shape.join(", ")}]`).join("; ");

function versions(found) {
  const aliases = Object.entries(found.aliases).map(([alias, version]) => `${alias} is ${version}`);
  return part(
    "Versions",
    table(
      "Versions",
      ["Version", "State", "Arithmetic", "Inputs", "Outputs", "Size", "Content id"],
      found.versions.map((each) => [
        each.version,
        each.enabled ? "enabled" : "disabled",
        each.spec.exact ? "exact" : "float",
        shapes(each.spec.input),
        shapes(each.spec.output),
        `${whole(each.size)} bytes`,
        h("span", { class: "hash" }, each.content_id),
      ]),
      [5],
    ),
    h("p", null, `${aliases.join(", ")}.`),
  );
}

/** One image of 28 by 28 in, one vector out: what the drawing is for. */
function takesDigit(spec) {
  const sizes = (tensor) => tensor.shape.filter((each) => each > 0).reduce((product, each) => product * each, 1);
  return spec.input.length === 1 && spec.input[0].datatype === "FP32" && sizes(spec.input[0]) === PIXELS && spec.input[0].shape.filter((each) => each < 0).length <= 1;
}

function attempt(found, enabled, signal) {
  const latest = enabled.at(-1);
  const version = h("select", { id: "version", onchange: () => modes() }, h("option", { value: "" }, "the node chooses"), enabled.map((each) => h("option", { value: each.version }, each.version)));
  const mode = h("select", { id: "mode" });
  const why = h("p", { class: "soft wide" });
  const digit = takesDigit(latest.spec) ? drawing() : null;
  const example = JSON.stringify(latest.spec.input.map((each) => ({ name: each.name, datatype: each.datatype, shape: each.shape.map((size) => Math.max(1, size)), data: [] })));
  const inputs = digit ? null : h("textarea", { id: "inputs", spellcheck: "false" }, example);
  const run = h("button", { type: "submit" }, "Ask the model");
  const result = h("div", { "aria-live": "polite" });
  /** Ends the watch of the answer before. */
  let watch = new AbortController();
  signal.addEventListener("abort", () => watch.abort());
  modes();
  return [
    h(
      "form",
      { onsubmit: (event) => { event.preventDefault(); go(); } },
      digit ? digit.element : h("label", { class: "wide", for: "inputs" }, "Inputs, as the Open Inference Protocol has them in JSON", inputs),
      h("label", { for: "version" }, "Version", version),
      h("label", { for: "mode" }, "Verification", mode),
      run,
      why,
    ),
    result,
  ];

  async function modes() {
    const path = version.value === "" ? "" : `/versions/${version.value}`;
    let offered = { vanilla: { served: true } };
    try {
      offered = (await ask(`/v1/models/${encodeURIComponent(found.name)}${path}/verification`, signal)).modes;
    } catch (problem) {
      if (signal.aborted) return;
      why.textContent = sentence(problem);
    }
    const chosen = mode.value;
    mode.replaceChildren(...Object.entries(offered).map(([each, { served, price }]) => h("option", { value: each, disabled: !served }, `${each}${served ? "" : " (not served)"}${price ? `, ${whole(price.total)} units` : ""}`)));
    if (offered[chosen]?.served) mode.value = chosen;
    why.textContent = Object.entries(offered).filter(([, { served }]) => !served).map(([each, { reason }]) => `${each}: ${reason}`).join("; ");
  }

  function given() {
    if (!digit) return JSON.parse(inputs.value);
    const spec = (enabled.find((each) => each.version === version.value) ?? latest).spec;
    const [input] = spec.input;
    const { exact } = spec;
    const scaled = exact ? digit.values().map((value) => Math.max(exact.low, Math.min(exact.high, Math.round(value / exact.input_scale)))) : digit.values();
    return [{ name: input.name, datatype: "FP32", shape: input.shape.map((size) => Math.max(1, size)), data: Float32Array.from(scaled) }];
  }

  async function go() {
    watch.abort();
    watch = new AbortController();
    run.disabled = true;
    put(result, h("p", null, "Asking …"));
    try {
      const { trust } = await ownTrust();
      const began = performance.now();
      const answer = await client(trust).infer({ model: found.name, version: version.value, mode: mode.value, inputs: given(), signal });
      const took = performance.now() - began;
      const { checks } = await checkReceipt({ receipt: answer.receiptBytes, trust, asked: answer.asked, answered: answer.answered, salt: answer.salt });
      const labels = (found.versions.find((each) => each.version === answer.version) ?? latest).spec.labels;
      const progress = h("div");
      put(
        result,
        h("h3", null, "Answer"),
        h("p", null, `${answer.model} ${answer.version}, ${span(took)} with the way here and the verification.`),
        answer.outputs.map((output) => values(output, labels)),
        verdict(checks),
        h("details", null, h("summary", null, "The checks"), checkList(checks)),
        h("p", null, h("a", { href: `#/receipts/${answer.requestId}` }, "Its receipt in the explorer")),
        h("h3", null, "Verification"),
        progress,
      );
      follow(answer.requestId, progress, watch.signal).catch((problem) => {
        if (!watch.signal.aborted) put(progress, h("p", { class: "bad" }, sentence(problem)));
      });
    } catch (problem) {
      if (signal.aborted) return;
      const expected = problem instanceof CandorError || problem instanceof TypeError || problem instanceof RangeError || problem instanceof SyntaxError;
      put(result, h("p", { class: "bad", role: "alert" }, sentence(problem)));
      if (!expected) throw problem;
    } finally {
      run.disabled = false;
    }
  }
}

function values(output, labels) {
  const all = Array.from(output.data, Number);
  if (output.datatype === "BYTES" || all.length === 0) return h("p", null, `${output.name}: ${all.length} values`);
  const low = Math.min(...all);
  const high = Math.max(...all);
  const best = all.indexOf(high);
  const name = (i) => labels?.[i] ?? String(i);
  return [
    h("p", { class: "verdict" }, `${output.name}: `, h("span", { "data-answer": name(best) }, name(best)), " is the largest"),
    table(
      `${output.name} ${output.datatype} [${output.shape.join(", ")}]${all.length > MOST_BARS ? `, the first ${MOST_BARS}` : ""}`,
      ["Class", "Value", "Beside the others"],
      all.slice(0, MOST_BARS).map((value, i) => [name(i), value.toPrecision(5), bar(high > low ? (value - low) / (high - low) : 1)]),
      [1],
    ),
  ];
}

/** Looks at a request until nothing more will come of it. */
async function follow(id, into, signal) {
  let since = null;
  for (;;) {
    const status = await ask(`/v1/requests/${id}`, signal);
    if (signal.aborted) return;
    const { state } = status.verification;
    const at = STEPS.indexOf(state);
    swap(
      into,
      at >= 0 &&
        h(
          "ol",
          { class: "steps", "aria-label": "Steps of the proof" },
          STEPS.map((step, i) => h("li", { class: i < at ? "done" : null, "aria-current": i === at ? "step" : null }, step)),
        ),
      status.mode === "vanilla" ? h("p", { class: "soft" }, "Vanilla: the executor's signature is what stands behind it; no proof was asked for.") : proof(status),
    );
    if (state === "verified") since ??= performance.now();
    const settling = state === "verified" && status.settlement && status.settlement.status !== "none" && performance.now() - since < WAIT_FOR_SETTLEMENT;
    if (ENDED.has(state) || (state === "verified" && !settling)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    if (signal.aborted) return;
  }
}
