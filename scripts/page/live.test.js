// What the page makes of two looks at the counters. Run by `node --test scripts/page/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { batchSize, latency, Looks, quantile, rate, total } from "../../cluster/src/main/resources/page/live.js";

const look = (time, answers, counts, more = {}) => ({
  time,
  figures: {
    candor_answers: [
      { labels: { mode: "vanilla" }, value: answers },
      { labels: { mode: "zkml" }, value: 1 },
    ],
    candor_answer_seconds: [{ labels: { mode: "vanilla" }, bounds: [0.001, 0.002, 0.004], counts }],
    ...more,
  },
});

test("adds up over labels, or over those picked", () => {
  const { figures } = look(0, 5, [0, 0, 0, 0]);
  assert.equal(total(figures, "candor_answers"), 6);
  assert.equal(total(figures, "candor_answers", (labels) => labels.mode === "zkml"), 1);
  assert.equal(total(figures, "nothing"), 0);
});

test("quantiles are of what came between the looks, interpolated in their class", () => {
  const before = look(0, 0, [100, 0, 0, 0]).figures;
  const after = look(1, 0, [100, 10, 10, 0]).figures;
  assert.ok(Math.abs(quantile(before, after, "candor_answer_seconds", 0.5) - 0.002) < 1e-12);
  assert.ok(Math.abs(quantile(before, after, "candor_answer_seconds", 0.25) - 0.0015) < 1e-12);
  assert.ok(Math.abs(latency(0.75)(before, after) - 3) < 1e-9);
  assert.ok(Number.isNaN(quantile(after, after, "candor_answer_seconds", 0.5)));
  assert.equal(quantile(before, look(1, 0, [100, 0, 0, 4]).figures, "candor_answer_seconds", 0.5), 0.004);
});

test("rates are by the node's own clock", () => {
  const looks = new Looks(3);
  [[0, 0], [1000, 500], [2500, 2000]].forEach(([time, answers]) => looks.add(look(time, answers, [0, 0, 0, 0])));
  assert.deepEqual(looks.series(1, rate("candor_answers")), [500, 1000]);
  assert.equal(looks.now(5, rate("candor_answers")), 800);
});

test("keeps no more looks than are drawn, and begins again with a node that began again", () => {
  const looks = new Looks(3);
  for (let i = 0; i < 50; i++) looks.add(look(1000 * i, i, [0, 0, 0, 0]));
  assert.ok(looks.all.length <= 8);
  assert.equal(looks.series(1, rate("candor_answers")).length, 3);
  looks.add(look(60_000, 2, [0, 0, 0, 0]));
  assert.equal(looks.all.length, 1);
  assert.ok(Number.isNaN(looks.now(5, rate("candor_answers"))));
});

test("a batch has the items by the runs", () => {
  const runs = (items, executions) => look(0, 0, [0, 0, 0, 0], { nv_inference_count: [{ labels: { model: "m" }, value: items }], nv_inference_exec_count: [{ labels: { model: "m" }, value: executions }] }).figures;
  assert.equal(batchSize()(runs(0, 0), runs(12, 3)), 4);
  assert.ok(Number.isNaN(batchSize()(runs(12, 3), runs(12, 3))));
  assert.ok(Number.isNaN(batchSize((labels) => labels.model === "other")(runs(0, 0), runs(12, 3))));
});
