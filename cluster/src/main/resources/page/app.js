/** Finds the view that the address names, and keeps the reader's key. */
import { h } from "./html.js";
import { model, models } from "./model.js";
import { ask, events, hasKey, sentence, setKey } from "./node.js";
import { overview } from "./overview.js";
import { explorer } from "./receipt.js";
import { statistics } from "./statistics.js";

const main = document.getElementById("main");
const panel = document.getElementById("key");
const input = document.getElementById("key-input");
const said = document.getElementById("key-said");

const VIEWS = {
  overview: { title: "Network", show: (signal) => overview(main, signal) },
  models: { title: "Models", show: (signal, name) => (name ? model(main, signal, name) : models(main, signal)) },
  receipts: { title: "Receipts", show: (signal, id) => explorer(main, signal, id) },
  statistics: { title: "Statistics", show: (signal) => statistics(main, signal) },
};

let current = new AbortController();
let first = true;

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // somebody's own percent sign
  }
}

async function route() {
  current.abort();
  current = new AbortController();
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const view = Object.hasOwn(VIEWS, name) ? name : "overview";
  document.querySelectorAll("nav a").forEach((link) => {
    if (link.dataset.view === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
  document.title = `${VIEWS[view].title} · Candor`;
  main.replaceChildren();
  const shown = VIEWS[view].show(current.signal, rest.length > 0 ? decoded(rest.join("/")) : undefined);
  if (!first) main.querySelector("h1")?.focus();
  first = false;
  await shown;
}

events.addEventListener("refused", () => {
  const opened = panel.hidden;
  panel.hidden = false;
  said.textContent = hasKey() ? "The node does not know this key." : "";
  if (opened) input.focus();
});

document.getElementById("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  setKey(input.value.trim());
  input.value = "";
  said.textContent = "The key is in use.";
});

document.getElementById("key-forget").addEventListener("click", () => {
  setKey(undefined);
  said.textContent = "The key is forgotten.";
});

// The skip link moves the focus; the address names views.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

window.addEventListener("hashchange", route);

async function health() {
  try {
    const { version, network } = await ask("/health");
    document.getElementById("version").textContent = `Candor ${version}.`;
    document.getElementById("network").textContent = `network ${network.slice(0, 12)}…`;
  } catch (problem) {
    main.before(h("p", { class: "bad", role: "status" }, `The node's health is not to be had: ${sentence(problem)}`));
  }
}

route();
health();
