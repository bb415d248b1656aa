/** What follows from two looks at the node's counters: rates, and quantiles of what came between them. */

/** The sum of a figure over its labels, or over those that `wanted` picks. */
export function total(figures, name, wanted = () => true) {
  return (figures[name] ?? []).reduce((sum, point) => (wanted(point.labels) ? sum + point.value : sum), 0);
}

/** A histogram's classes, added up over its labels. */
function classes(figures, name) {
  const points = figures[name] ?? [];
  if (points.length === 0) return { bounds: [], counts: [] };
  return { bounds: points[0].bounds, counts: points[0].counts.map((_, i) => points.reduce((sum, point) => sum + point.counts[i], 0)) };
}

/** The quantile of what was counted between two looks, interpolated in its class; NaN where nothing was. In the histogram's unit. */
export function quantile(before, after, name, share) {
  const older = classes(before, name).counts;
  const { bounds, counts } = classes(after, name);
  const came = counts.map((count, i) => count - (older[i] ?? 0));
  const all = came.reduce((sum, each) => sum + each, 0);
  if (all <= 0) return NaN;
  let rest = share * all;
  for (let i = 0; i < came.length; i++) {
    if (rest <= came[i] && came[i] > 0) {
      const low = i === 0 ? 0 : bounds[i - 1];
      return i < bounds.length ? low + (bounds[i] - low) * (rest / came[i]) : low;
    }
    rest -= came[i];
  }
  return bounds.at(-1);
}

export const MODES = ["vanilla", "tee", "zkml"];

/** Looks at the node, the latest last; no more than `most`. */
export class Looks {
  constructor(most) {
    this.most = most;
    this.all = [];
  }

  /** Adds an answer of /v1/live. Counters that went back are those of a node that began again. */
  add(look) {
    const before = this.all.at(-1);
    if (before && (look.time <= before.time || total(look.figures, "candor_answers") < total(before.figures, "candor_answers"))) this.all = [];
    this.all.push(look);
    if (this.all.length > this.most + 5) this.all.shift();
  }

  get latest() {
    return this.all.at(-1);
  }

  /** What a function makes of each look and the one `back` before it, oldest first. */
  series(back, make) {
    const values = [];
    for (let i = 1; i < this.all.length; i++) {
      const before = this.all[Math.max(0, i - back)];
      values.push(make(before.figures, this.all[i].figures, (this.all[i].time - before.time) / 1000));
    }
    return values.slice(-this.most);
  }

  /** The same for the latest alone. */
  now(back, make) {
    const after = this.latest;
    const before = this.all[Math.max(0, this.all.length - 1 - back)];
    return after && before !== after ? make(before.figures, after.figures, (after.time - before.time) / 1000) : NaN;
  }
}

export const rate = (name, wanted) => (before, after, seconds) => (total(after, name, wanted) - total(before, name, wanted)) / seconds;

export const batchSize = (wanted) => (before, after) => {
  const runs = total(after, "nv_inference_exec_count", wanted) - total(before, "nv_inference_exec_count", wanted);
  return runs > 0 ? (total(after, "nv_inference_count", wanted) - total(before, "nv_inference_count", wanted)) / runs : NaN;
};

export const latency = (share) => (before, after) => 1000 * quantile(before, after, "candor_answer_seconds", share);
