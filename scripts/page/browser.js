// Drives the page in headless Chromium: browser.js URL GUARDED_URL|- KEY WORK_FOLDER [--data FOLDER] [--brief] [--load] [--proof MODEL] [--screenshots FOLDER]
// Prints a table of what held; exits 1 where something did not.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { positionals, values: options } = parseArgs({
  allowPositionals: true,
  options: { load: { type: "boolean" }, brief: { type: "boolean" }, proof: { type: "string" }, screenshots: { type: "string" }, data: { type: "string" }, seconds: { type: "string", default: "15" }, rate: { type: "string", default: "1000" } },
});
const [url, guarded, key, work] = positionals;
const candor = new URL("../../candor", import.meta.url).pathname;
const load_ = createRequire(join(work, "package.json"));
const { chromium } = load_("playwright-core");
const axe = readFileSync(load_.resolve("axe-core/axe.min.js"), "utf8");

const rows = [];
let failed = false;
function held(what, holds, detail = "") {
  rows.push([holds ? "ok" : "FAILED", what, detail]);
  console.log(`${holds ? "ok     " : "FAILED "} ${what}${detail ? `: ${detail}` : ""}`);
  failed ||= !holds;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

/** A page that keeps its errors, requests elsewhere, and longest task. */
async function open(origin, settings = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...settings });
  const page = await context.newPage();
  const seen = { errors: [], elsewhere: [] };
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  page.on("pageerror", (problem) => seen.errors.push(String(problem)));
  page.on("request", (request) => new URL(request.url()).origin === origin || seen.elsewhere.push(request.url()));
  await page.addInitScript(() => {
    window.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((task) => (window.longest = Math.max(window.longest, task.duration)))).observe({ type: "longtask", buffered: true });
  });
  return { page, context, seen };
}

/** What stands at a path of /v1/stats: a star adds up, and what follows a question mark picks. */
function lookUp(tree, path) {
  const [steps, condition] = path.split("?");
  const [field, wanted] = condition?.split("=") ?? [];
  const go = (at, rest) => {
    if (rest.length === 0) return at;
    const [step, ...more] = rest;
    if (step !== "*") return go(at[step], more);
    return at.filter((each) => field === undefined || !(field in each) || each[field] === wanted).reduce((sum, each) => sum + go(each, more), 0);
  };
  return go(tree, steps.split("/"));
}

async function figures(page) {
  return page.$$eval("[data-figure]", (all) => all.map((each) => [each.dataset.figure, each.textContent]));
}

function wrong(shown, stats) {
  return shown.filter(([path, text]) => {
    const value = lookUp(stats, path);
    const number = Number(text.replaceAll(",", "").replace(/ (ms|%)$/, ""));
    return text.endsWith(" %") ? Math.abs(number - 100 * value) > 0.0500001 : number !== value;
  });
}

const fetchStats = async () => (await fetch(`${url}/v1/stats`)).json();

// 1. Every view, narrow and wide, light and dark: contrast and the rest of WCAG A and AA by axe, nothing wider than the window.
const VIEWS = ["#/", "#/models", "#/models/mnist-mlp", "#/receipts", "#/statistics"];
const LOOKS = [["light", 1280], ["dark", 360], ["dark", 1280], ["light", 360]];
for (const [colorScheme, width] of LOOKS.slice(0, options.brief ? 2 : 4)) {
  const { page, context, seen } = await open(url, { colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" });
  const violations = [];
  const wide = [];
  for (const view of VIEWS) {
    await page.goto(`${url}/${view}`);
    await page.waitForSelector("main h1");
    await page.waitForFunction(() => !document.querySelector("main").textContent.includes("…"), null, { timeout: 60_000 });
    await page.evaluate(axe);
    const result = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    for (const each of result.violations) violations.push(`${view} ${each.id} (${each.nodes[0].target})`);
    if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) wide.push(view);
    if (options.screenshots && ((width === 360) === (colorScheme === "dark"))) {
      mkdirSync(options.screenshots, { recursive: true });
      await page.waitForTimeout(1500);
      await page.screenshot({ path: join(options.screenshots, `${width}-${view.replace(/[^a-z]/g, "") || "network"}.png`), fullPage: false });
    }
    await page.goto("about:blank");
  }
  held(`${VIEWS.length} views, ${colorScheme}, ${width} px: axe finds nothing`, violations.length === 0, violations.join("; "));
  held(`${VIEWS.length} views, ${colorScheme}, ${width} px: nothing is wider than the window`, wide.length === 0, wide.join(" "));
  held(`${colorScheme}, ${width} px: no console errors, no requests elsewhere`, seen.errors.length + seen.elsewhere.length === 0, [...seen.errors, ...seen.elsewhere].join("; "));
  await context.close();
}

// 2. By keyboard alone: skip link, navigation, a sample digit, an answer that verifies, its receipt in the explorer.
const { page, context, seen } = await open(url);
await page.goto(url);
await page.waitForSelector("main h1");
await page.keyboard.press("Tab");
held("the first Tab is the skip link", (await page.evaluate(() => document.activeElement.className)) === "skip");
await page.keyboard.press("Enter");
held("it leads to the content", (await page.evaluate(() => document.activeElement.id)) === "main");

/** Tabs until a selector has the focus. */
async function tabTo(selector, most = 80) {
  for (let i = 0; i < most; i++) {
    if (await page.evaluate((each) => document.activeElement.matches(each), selector)) return true;
    await page.keyboard.press("Tab");
  }
  return false;
}

await page.evaluate(() => document.activeElement.blur());
await page.keyboard.press("Control+Home");
await page.reload();
await page.waitForSelector("main h1");
held("Tab reaches the navigation", await tabTo('nav a[data-view="models"]'));
await page.keyboard.press("Enter");
await page.waitForSelector('main a[href="#/models/mnist-mlp"]');
held("the focus follows to the view's heading", (await page.evaluate(() => document.activeElement.tagName)) === "H1");
held("Tab reaches a model", await tabTo('a[href="#/models/mnist-mlp"]'));
await page.keyboard.press("Enter");
await page.waitForSelector("#sample");
held("Tab reaches the samples", await tabTo("#sample"));
await page.keyboard.press("7");
held("a key chooses a sample", (await page.$eval("#sample", (each) => each.value)) === "7", await page.$eval("#sample", (each) => each.value));
held("Tab reaches the button", await tabTo('main button[type="submit"]'));
await page.keyboard.press("Enter");
await page.waitForSelector("[data-verdict]", { timeout: 60_000 });
held("the model reads the digit", (await page.textContent("[data-answer]")) === "7", await page.textContent("[data-answer]"));
held("its receipt verifies in the browser, every check", (await page.getAttribute("[data-verdict]", "data-verdict")) === "verified" && (await page.$$('[data-check]:not([data-passed="true"])')).length === 0);
held("Tab reaches the receipt", await tabTo('a[href^="#/receipts/"]'));
await page.keyboard.press("Enter");
await page.waitForSelector("[data-verdict]", { timeout: 60_000 });
held("the explorer verifies it", (await page.getAttribute("[data-verdict]", "data-verdict")) === "verified");
const id = decodeURIComponent((await page.evaluate(() => location.hash)).split("/").pop());
let finality = "";
for (let i = 0; i < 100 && finality !== "final"; i++) {
  await page.waitForSelector("[data-finality]", { timeout: 60_000 });
  finality = await page.getAttribute("[data-finality]", "data-finality");
  if (finality !== "final") {
    await page.waitForTimeout(200);
    await page.click('main button[type="submit"]');
    await page.waitForFunction(() => !document.querySelector("main").textContent.includes("Verifying …"));
  }
}
held("and shows it final in the ledger", finality === "final", id);
if (options.screenshots) {
  await page.evaluate(() => document.querySelector("[data-verdict]").scrollIntoView());
  await page.screenshot({ path: join(options.screenshots, "verified.png") });
}

// 3. What was altered is refused, with the check that failed.
const receipt = Buffer.from((await (await fetch(`${url}/v1/receipts/${id}`)).json()).receipt, "base64");
for (const [what, at, check] of [["a byte of the leaf", 40, /network|key-known|signature/], ["a byte of the answer's digest", 220, /signature/], ["a byte of the signature", receipt.length - 1, /signature/]]) {
  const altered = Buffer.from(receipt);
  altered[at] ^= 1;
  await page.fill("#given", altered.toString("base64"));
  await page.click('main button[type="submit"]');
  await page.waitForSelector('[data-verdict="refused"]', { timeout: 30_000 }).catch(() => {});
  const text = (await page.textContent('[data-verdict="refused"]').catch(() => "")) ?? "";
  held(`${what} altered is refused`, check.test(text), text);
}
const strangers = JSON.stringify({ format: "candor-trust-v1", keys: [] });
await page.setInputFiles("#trust", { name: "trust.json", mimeType: "application/json", buffer: Buffer.from(strangers) });
await page.fill("#given", receipt.toString("base64"));
await page.click('main button[type="submit"]');
await page.waitForFunction(() => document.querySelector("[data-verdict]")?.textContent.includes("key-known"), null, { timeout: 30_000 }).catch(() => {});
held("a key that the reader's trust file has not is refused", ((await page.textContent("[data-verdict]")) ?? "").includes("key-known"));

// 4. A proof, watched to its end.
if (options.proof) {
  await page.goto(`${url}/#/models/${options.proof}`);
  await page.waitForSelector('#mode option[value="zkml"]:not([disabled])', { state: "attached", timeout: 180_000 });
  await page.selectOption("#mode", "zkml");
  await page.click('main button[type="submit"]');
  const states = new Set();
  for (let i = 0; i < 1200 && !states.has("verified") && !states.has("settled"); i++) {
    const state = await page.getAttribute("[data-proof]", "data-proof", { timeout: 60_000 });
    states.add(state);
    await page.waitForTimeout(200);
  }
  held("a proof is followed from the queue to its verification", states.has("verified") || states.has("settled"), [...states].join(" -> "));
}
held("no console errors, no requests elsewhere", seen.errors.length + seen.elsewhere.length === 0, [...seen.errors, ...seen.elsewhere].join("; "));
await context.close();

// 5. Under load: the longest task of the page's thread.
if (options.load) {
  const { page: watched, context: ended, seen: during } = await open(url);
  await watched.goto(url);
  await watched.waitForSelector("main h1");
  await watched.waitForTimeout(2000);
  await watched.evaluate(() => (window.longest = 0));
  const bench = spawn(candor, ["bench", "--target", url, "--model", "mnist-mlp", "--rate", options.rate, "--warm-up", "1", "--seconds", options.seconds, "--quiet", "--allow-refusals", "--out", join(work, "bench")], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  bench.stdout.on("data", (chunk) => (said += chunk));
  const rates = [];
  const watching = setInterval(async () => rates.push(await watched.textContent(".tiles dd").catch(() => "")), 1000);
  const code = await new Promise((resolve) => bench.on("exit", resolve));
  clearInterval(watching);
  const longest = await watched.evaluate(() => window.longest);
  const most = Math.max(...rates.map((each) => Number(each.replaceAll(",", ""))).filter(Number.isFinite));
  held(`the page drew ${options.rate} requests/s`, code === 0 && most > 0.8 * Number(options.rate), `it showed up to ${most} answers/s; ${said.trim().split("\n")[0]}`);
  held("longest task of its thread under 100 ms", longest < 100, longest === 0 ? "none over 50 ms" : `${longest} ms`);
  if (options.screenshots) await watched.screenshot({ path: join(options.screenshots, "load.png") });
  held("under load: no console errors", during.errors.length === 0, during.errors.join("; "));
  await ended.close();
}

// 6. Every number of the statistics: the page, /v1/stats, and the recomputation from an export.
if (options.data) {
  const ledger = join(work, "ledger.jsonl");
  rmSync(ledger, { force: true }); // of an earlier run, and of another ledger
  let stats = await fetchStats();
  for (let i = 0, same = 0; i < 60 && same < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const next = await fetchStats();
    same = JSON.stringify(next) === JSON.stringify(stats) ? same + 1 : 0;
    stats = next;
  }
  execFileSync(candor, ["ledger", "export", "--data", options.data, "--out", ledger], { stdio: ["ignore", "ignore", "inherit"] });
  const recomputed = JSON.parse(execFileSync(candor, ["ledger", "stats", "--json", ledger], { encoding: "utf8" }));
  held("/v1/stats is what the export comes to", JSON.stringify(recomputed) === JSON.stringify(stats));
  const { page: shownOn, context: done } = await open(url);
  for (const view of ["#/statistics", "#/"]) {
    await shownOn.goto(`${url}/${view}`);
    await shownOn.waitForSelector("[data-figure]");
    await shownOn.waitForTimeout(500);
    const shown = await figures(shownOn);
    const differ = wrong(shown, recomputed);
    held(`${view}: every figure is the recomputed one`, differ.length === 0 && shown.length > 10, differ.length > 0 ? differ.join("; ") : `${shown.length} figures`);
    await shownOn.goto("about:blank");
  }
  await done.close();
}

// 7. Where the node asks for a key: the page asks for it, uses it, and keeps it nowhere.
if (guarded !== "-") {
  const { page: asked, context: kept } = await open(guarded);
  await asked.goto(`${guarded}/#/models`);
  await asked.waitForSelector("#key:not([hidden])");
  held("a node that asks who one is makes the page ask", (await asked.evaluate(() => document.activeElement.id)) === "key-input");
  await asked.keyboard.type("wrong");
  await asked.keyboard.press("Enter");
  await asked.waitForFunction(() => document.getElementById("key-said").textContent.includes("does not know"), null, { timeout: 30_000 });
  await asked.fill("#key-input", key);
  await asked.keyboard.press("Enter");
  await asked.waitForFunction(() => document.querySelector("main").textContent.includes("None yet"), null, { timeout: 30_000 });
  const storage = await asked.evaluate(async () => ({ local: localStorage.length, session: sessionStorage.length, cookies: document.cookie, fields: [...document.querySelectorAll("input")].map((each) => each.value).join("") }));
  held("with the key it shows what the key may see, and keeps it in memory alone", storage.local + storage.session === 0 && storage.cookies === "" && storage.fields === "" && (await kept.cookies()).length === 0);
  await asked.reload();
  await asked.waitForSelector("#key:not([hidden])");
  held("after a reload it is gone", true);
  await kept.close();
}

await browser.close();
console.log(`\n${rows.filter(([state]) => state === "ok").length} passed, ${rows.filter(([state]) => state !== "ok").length} failed`);
process.exit(failed ? 1 : 0);
