/** Elements without markup in strings: the page's policy allows none. */

const SVG = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(4).filter((each) => each !== null && each !== undefined && each !== false));
  return element;
}

/** An element of HTML. */
export function h(tag, properties, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** An element of SVG. */
export function s(tag, properties, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

/** Replaces what is in an element. */
export function put(element, ...children) {
  element.replaceChildren();
  fill(element, null, children);
}

/** Makes `old` what `next` is, and keeps the nodes that both have. */
function patch(old, next) {
  if (old.nodeType === Node.TEXT_NODE && next.nodeType === Node.TEXT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return;
  }
  if (old.nodeName !== next.nodeName) {
    old.replaceWith(next);
    return;
  }
  for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  patchChildren(old, next);
}

function patchChildren(old, next) {
  const had = [...old.childNodes];
  const has = [...next.childNodes];
  has.forEach((each, i) => (i < had.length ? patch(had[i], each) : old.append(each)));
  had.slice(has.length).forEach((each) => each.remove());
}

/** As {@link put}, for what is drawn again and again and hears no events: the focus and the selection of who reads stay where they are. */
export function swap(element, ...children) {
  const next = document.createElement("div");
  fill(next, null, children);
  patchChildren(element, next);
}

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const ONE = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const whole = (value) => WHOLE.format(value);
export const decimal = (value) => ONE.format(value);
export const percent = (share) => `${ONE.format(100 * share)} %`;

/** A time of at most three digits and its unit. */
export function span(millis) {
  if (!Number.isFinite(millis)) return "–";
  if (millis < 100) return `${ONE.format(millis)} ms`;
  if (millis < 10_000) return `${WHOLE.format(millis)} ms`;
  if (millis < 600_000) return `${ONE.format(millis / 1000)} s`;
  return `${WHOLE.format(millis / 60_000)} min`;
}

export const moment = (millis) => new Date(millis).toISOString().replace("T", " ").replace("Z", " UTC");

/**
 * A public figure: `path` says where it stands in /v1/stats, so that whoever doubts it can look there. A star adds up what it stands for, and what follows a
 * question mark picks among them.
 */
export function figure(path, value, shown = whole(value)) {
  return h("span", { "data-figure": path }, shown);
}

/** A table: headings, and rows of cells. `numbers` are the columns that hold numbers. */
export function table(caption, headings, rows, numbers = []) {
  const aligned = (i) => (numbers.includes(i) ? "number" : null);
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "group", "aria-label": caption },
    h(
      "table",
      null,
      h("caption", null, caption),
      h("thead", null, h("tr", null, headings.map((each, i) => h("th", { scope: "col", class: aligned(i) }, each)))),
      h("tbody", null, rows.map((row) => h("tr", null, row.map((cell, i) => h(i === 0 ? "th" : "td", { scope: i === 0 ? "row" : null, class: aligned(i) }, cell))))),
    ),
  );
}

let sections = 0;

/** A part of the page under a heading of its own. */
export function part(title, ...children) {
  const id = `part-${++sections}`;
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), children);
}

/** A share as a bar, with its number in words beside it. */
export function bar(share) {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return s(
    "svg",
    { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    s("rect", { class: "rest", width: 100, height: 10 }),
    s("rect", { width, height: 10 }),
  );
}
