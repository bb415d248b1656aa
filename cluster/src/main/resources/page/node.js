/** The node that served this page, as the reader with the key in this page's memory may see it. */
import { CandorClient, RefusedError, Trust } from "./candor/index.js";

/** @type {string | undefined} */
let apiKey;

/** Hears `refused` when the node asks who the reader is, and `key` when the reader said so. */
export const events = new EventTarget();

export function setKey(key) {
  apiKey = key || undefined;
  trusted = undefined;
  events.dispatchEvent(new Event("key"));
}

export const hasKey = () => apiKey !== undefined;

/** @type {Promise<{trust: Trust, source: string}> | undefined} */
let trusted;

/** The keys that this node states. Whoever believes them believes the connection. */
export function ownTrust() {
  trusted ??= client(new Trust(null, new Map()))
    .call("GET", "/v1/keys")
    .then(({ bytes }) => {
      const source = new TextDecoder().decode(bytes);
      return { trust: Trust.parse(source), source };
    })
    .catch((problem) => {
      trusted = undefined;
      throw problem;
    });
  return trusted;
}

/** A client that believes `trust`. */
export function client(trust) {
  return new CandorClient(location.origin, { trust, apiKey });
}

const nobody = new Trust(null, new Map());

/** What the node says at a path. */
export async function ask(path, signal) {
  try {
    return await client(nobody).json("GET", path, { signal });
  } catch (problem) {
    if (problem instanceof RefusedError && problem.status === 401) events.dispatchEvent(new Event("refused"));
    throw problem;
  }
}

/** Calls again and again while the page is in sight: the next time `millis` after an answer came. Ends with the signal. */
export function poll(path, millis, signal, onAnswer, onFailure) {
  let timer = 0;
  const again = (wait) => {
    clearTimeout(timer);
    if (!signal.aborted) timer = setTimeout(look, wait);
  };
  async function look() {
    if (signal.aborted || document.visibilityState === "hidden") return;
    try {
      const answer = await ask(path, signal);
      if (signal.aborted) return;
      onAnswer(answer);
      again(millis);
    } catch (problem) {
      if (signal.aborted) return;
      onFailure(problem);
      again(Math.max(millis, 5000));
    }
  }
  const seen = () => {
    if (document.visibilityState === "visible") again(0);
  };
  const known = () => again(0);
  document.addEventListener("visibilitychange", seen);
  events.addEventListener("key", known);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
    events.removeEventListener("key", known);
  });
  look();
}

/** A sentence for what went wrong. */
export function sentence(problem) {
  if (problem instanceof RefusedError) return `${problem.message} (${problem.code})`;
  return problem instanceof TypeError ? "the node cannot be reached" : problem.message;
}
