/** A field of 28 by 28 grey values to draw a digit on: with a pointer, or by taking a sample, which needs none. */
import { DIGITS } from "./digits.js";
import { h } from "./html.js";

const SIDE = 28;
const BRUSH = 1.15;

/** Moves what is drawn so that its centre of mass is the middle, as in the digits that the models learnt from. */
function centred(cells) {
  let mass = 0;
  let x = 0;
  let y = 0;
  cells.forEach((value, i) => {
    mass += value;
    x += value * (i % SIDE);
    y += value * Math.floor(i / SIDE);
  });
  if (mass === 0) return cells;
  const dx = Math.round((SIDE - 1) / 2 - x / mass);
  const dy = Math.round((SIDE - 1) / 2 - y / mass);
  const moved = new Float32Array(SIDE * SIDE);
  cells.forEach((value, i) => {
    const column = (i % SIDE) + dx;
    const row = Math.floor(i / SIDE) + dy;
    if (column >= 0 && column < SIDE && row >= 0 && row < SIDE) moved[row * SIDE + column] = value;
  });
  return moved;
}

/** The field and its controls; `values` gives 784 numbers from 0 to 1. */
export function drawing() {
  const canvas = h("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": "The digit to be read. Draw here, or choose a sample below.", id: "drawing" });
  const context = canvas.getContext("2d");
  let cells = new Float32Array(SIDE * SIDE);
  let sample = false;

  function paint() {
    const image = context.createImageData(SIDE, SIDE);
    cells.forEach((value, i) => image.data.set([255 * value, 255 * value, 255 * value, 255], 4 * i));
    context.putImageData(image, 0, 0);
  }

  function dab(x, y) {
    for (let row = Math.floor(y - 2); row <= y + 2; row++) {
      for (let column = Math.floor(x - 2); column <= x + 2; column++) {
        if (row < 0 || column < 0 || row >= SIDE || column >= SIDE) continue;
        const far = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        const i = row * SIDE + column;
        cells[i] = Math.max(cells[i], Math.max(0, Math.min(1, 1.4 - far / BRUSH)));
      }
    }
  }

  let last = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * SIDE, ((event.clientY - box.top) / box.height) * SIDE];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    if (sample) cells = new Float32Array(SIDE * SIDE);
    sample = false;
    choice.value = "";
    last = place(event);
    dab(...last);
    paint();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last === null) return;
    const to = place(event);
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - last[0], to[1] - last[1])));
    for (let i = 1; i <= steps; i++) dab(last[0] + ((to[0] - last[0]) * i) / steps, last[1] + ((to[1] - last[1]) * i) / steps);
    last = to;
    paint();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => (last = null));

  function take(digit) {
    cells = Float32Array.from(DIGITS[digit], (each) => parseInt(each, 16) / 15);
    sample = true;
    paint();
  }

  const choice = h(
    "select",
    { id: "sample", onchange: () => choice.value !== "" && take(Number(choice.value)) },
    h("option", { value: "" }, "drawn by hand"),
    DIGITS.map((_, digit) => h("option", { value: digit }, `${digit}, a sample`)),
  );
  const clear = h("button", { type: "button", onclick: () => { cells = new Float32Array(SIDE * SIDE); sample = false; choice.value = ""; paint(); } }, "Clear");
  choice.value = "3";
  take(3);
  return {
    element: h("div", { class: "field" }, canvas, h("label", { for: "sample" }, "Digit", choice), clear),
    values: () => (sample ? cells : centred(cells)),
  };
}
