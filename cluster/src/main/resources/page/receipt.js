/** The receipt explorer: verifies in this browser, and shows where a receipt stands in the ledger and its proof. */
import { base64, checkReceipt, CandorError, fromBase64, hex, RefusedError, readExchange, Trust } from "./candor/index.js";
import { h, moment, part, put, table, whole } from "./html.js";
import { ask, ownTrust, sentence } from "./node.js";

const ID = /^[0-9]{1,3}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LARGEST_FILE = 8 << 20;

const MARKS = new Map([
  [true, ["✓", "good", "passed"]],
  [false, ["✗", "bad", "failed"]],
  [null, ["–", "soft", "skipped"]],
]);

/** The checks as a list. */
export function checkList(checks) {
  return h(
    "ul",
    { class: "checks" },
    checks.map(({ name, passed, sentence: said }) => {
      const [mark, look, word] = MARKS.get(passed);
      return h("li", { "data-check": name, "data-passed": String(passed) }, h("span", { class: look, "aria-hidden": "true" }, mark), h("span", null, name), h("span", null, `${word}: ${said}`));
    }),
  );
}

/** What the checks come to, in a sentence. */
export function verdict(checks) {
  const failed = checks.filter((each) => each.passed === false);
  if (failed.length > 0) return h("p", { class: "verdict bad", "data-verdict": "refused" }, `Refused: ${failed.map((each) => each.name).join(", ")} failed.`);
  const skipped = checks.filter((each) => each.passed === null).map((each) => each.name);
  const all = skipped.length === 0 ? "every check passed" : `what could be checked passed; skipped for want of their input: ${skipped.join(", ")}`;
  return h("p", { class: "verdict good", "data-verdict": "verified" }, `Verified in this browser: ${all}.`);
}

/** What was given: an id, an exchange in JSON, or a receipt in base64. */
async function read(text, signal) {
  if (ID.test(text)) return { receipt: fromBase64((await ask(`/v1/receipts/${text}`, signal)).receipt) };
  if (text.startsWith("{")) {
    try {
      return readExchange(text);
    } catch (problem) {
      throw new CandorError(`this is no exchange of docs/receipt.md, {"model", "version", "request", "response"}: ${problem.message}`);
    }
  }
  try {
    return { receipt: fromBase64(text.replace(/\s/g, "")) };
  } catch (problem) {
    throw new CandorError(`this is no request id, no exchange in JSON, and ${problem.message}`);
  }
}

/** Shows the view; `id` of the address is looked up at once. */
export function explorer(main, signal, id) {
  const given = h("textarea", { id: "given", spellcheck: "false", autocomplete: "off", "aria-describedby": "given-help" }, id ?? "");
  const file = h("input", { id: "trust", type: "file", accept: ".json,application/json", "aria-describedby": "trust-help" });
  const result = h("div", { "aria-live": "polite" });
  const form = h(
    "form",
    { onsubmit: (event) => { event.preventDefault(); show(); } },
    h("label", { class: "wide", for: "given" }, "Request id, receipt in base64, or a kept exchange in JSON", given),
    h("p", { id: "given-help", class: "soft wide" }, "A request id asks the node for the receipt alone. With an exchange (candor infer --save) request and answer are checked against it as well."),
    h("label", { for: "trust" }, "Your trust file, if you have one", file),
    h("button", { type: "submit" }, "Verify"),
    h("p", { id: "trust-help", class: "soft wide" }, "Without one, the keys are those that this node states of itself at /v1/keys: that shows that its receipts agree with its keys, not whose keys they are."),
  );
  main.append(h("h1", { tabindex: "-1" }, "Receipts"), part("What to verify", form), result);
  if (id) show();

  async function trust() {
    const [chosen] = file.files;
    if (!chosen) return { ...(await ownTrust()), own: true };
    if (chosen.size > 1 << 20) throw new CandorError("a trust file has at most 1 MiB");
    return { trust: Trust.parse(await chosen.text()), own: false };
  }

  async function show() {
    const text = given.value.trim();
    if (text === "") {
      put(result, h("p", null, "Give a request id, a receipt or an exchange."));
      return;
    }
    if (text.length > LARGEST_FILE) {
      put(result, h("p", { class: "bad" }, "This is more than 8 MiB; verify it by candor receipt verify."));
      return;
    }
    put(result, h("p", null, "Verifying …"));
    try {
      const what = await read(text, signal);
      const whom = await trust();
      const { checks, receipt, path } = await checkReceipt({ ...what, trust: whom.trust });
      if (signal.aborted) return;
      const beyond = h("div");
      put(
        result,
        part(
          "Verification",
          verdict(checks),
          h("p", { class: whom.own ? "warn" : "soft" }, whom.own ? "Against the keys that this node states of itself. Give the operator's trust file to check it against somebody else's word." : "Against the trust file that you gave."),
          checkList(checks),
        ),
        receipt && part("What the receipt says", fields(receipt, what.receipt)),
        receipt && path && part("Place in its batch (RFC 9162)", tree(receipt, path)),
        beyond,
      );
      if (receipt) await ledger(beyond, receipt, what.receipt);
    } catch (problem) {
      if (signal.aborted) return;
      if (!(problem instanceof CandorError || problem instanceof TypeError)) throw problem;
      put(result, h("p", { class: "bad", role: "alert" }, sentence(problem)));
    }
  }

  async function ledger(into, receipt, bytes) {
    const found = async (path) => {
      try {
        return await ask(path, signal);
      } catch (problem) {
        if (problem instanceof RefusedError) return { refused: sentence(problem) };
        throw problem;
      }
    };
    const [kept, finality, status] = await Promise.all([
      found(`/v1/receipts/${receipt.requestId}`),
      found(`/v1/receipts/${receipt.requestId}/finality`),
      found(`/v1/requests/${receipt.requestId}`),
    ]);
    if (signal.aborted) return;
    const same = kept.receipt !== undefined && kept.receipt === base64(bytes);
    put(
      into,
      part(
        "Place in the ledger, by this node's word",
        h("p", { class: same ? "good" : "warn" }, kept.refused ?? (same ? "The journal holds this very receipt." : "The journal holds another receipt of this request.")),
        finality.refused
          ? h("p", { class: "soft" }, finality.refused)
          : h(
              "dl",
              null,
              row("Status", h("strong", { "data-finality": finality.status }, finality.status)),
              row("Partition and event", `${finality.partition}, ${whole(finality.sequence_nr)}`),
              finality.status === "final" && [
                row("Block", `height ${whole(finality.height)}, ${moment(finality.time)}, ${finality.signatures} ${finality.signatures === 1 ? "signature" : "signatures"}`),
                row("Hash of the block", h("span", { class: "hash" }, finality.block)),
                row("Chain", h("span", { class: "hash" }, finality.chain)),
              ],
            ),
        finality.status === "final" && [
          h("p", null, "To check that without this node, from an export:"),
          h("pre", { tabindex: "0" }, h("code", null, `candor ledger verify --chain ${finality.chain} --receipt ${base64(bytes)} ledger.jsonl`)),
        ],
      ),
      part("Verification of the answer", status.refused ? h("p", { class: "soft" }, status.refused) : proof(status)),
    );
  }
}

const row = (name, ...value) => [h("dt", { class: "soft" }, name), h("dd", null, value)];

function fields(receipt, bytes) {
  const digest = (value) => h("span", { class: "hash" }, hex(value));
  return [
    table("Fields of the leaf", ["Field", "Value"], [
      ["Request", h("span", { class: "hash" }, receipt.requestId)],
      ["Model", `${receipt.modelName} ${receipt.modelVersion}`],
      ["Content of the model", digest(receipt.contentId)],
      ["Mode asked, achieved", `${receipt.requested}, ${receipt.achieved} when it was answered`],
      ["Arithmetic", receipt.arithmetic],
      ["Answered", `${moment(receipt.answeredAt)} by the executor's clock`],
      ["Source", receipt.cached ? "kept from an earlier request: the model did not run for this one" : "the model ran for this request"],
      ["Device", receipt.device],
      ["Executor's key", digest(receipt.keyId)],
      ["Caller (pseudonym)", digest(receipt.caller)],
      ["Request, salted", digest(receipt.requestDigest)],
      ["Answer, salted", digest(receipt.answerDigest)],
      ["Network", digest(receipt.network)],
    ]),
    h("details", null, h("summary", null, `The receipt, ${bytes.length} bytes in base64`), h("p", { class: "hash" }, base64(bytes))),
  ];
}

function tree(receipt, path) {
  const steps = path.steps.map(({ sibling, left, hash }, i) => [
    String(i + 1),
    left ? "sibling on the left" : "sibling on the right",
    h("span", { class: "hash" }, hex(sibling)),
    h("span", { class: "hash" }, hex(hash)),
  ]);
  return [
    h("p", null, `Leaf ${receipt.index} of ${receipt.size}; one signature covers the root of them all.`),
    steps.length > 0 ? table("From the leaf to the root", ["Step", "Joined with", "Sibling", "Hash so far"], steps) : h("p", null, "The batch has this one leaf, whose hash is the root."),
    h("p", null, "Root: ", h("span", { class: "hash" }, hex(path.root))),
  ];
}

/** How far a request's verification is. */
export function proof(status) {
  const { verification, settlement } = status;
  return h(
    "dl",
    null,
    row("Mode", `${status.mode}, achieved ${status.achieved} when it was answered`),
    row("State", h("strong", { "data-proof": verification.state }, verification.state)),
    verification.reason && row("Because", verification.reason),
    verification.attempts !== undefined && row("Attempts", String(verification.attempts)),
    verification.proof && [
      row("Proof", `${whole(verification.proof.bytes)} bytes, made in ${whole(verification.proof.proving_ms)} ms`),
      row("Committed model", h("span", { class: "hash" }, verification.proof.model)),
    ],
    settlement && row("Settlement", settlement.status, settlement.reason ? `: ${settlement.reason}` : ""),
  );
}

