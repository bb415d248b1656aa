/** Lines over the last two minutes, in SVG. A plot keeps its elements: a new sample sets the paths' data and three texts. */
import { h, s } from "./html.js";

const WIDTH = 300;
const HEIGHT = 110;
const TOP = 14;
const CLASSES = ["one", "two", "three"];

/** The next of 1, 2, 5, 10, ... at or above a value. */
function ceiling(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((each) => each * power).find((each) => each >= value * 0.999999);
}

/**
 * A plot.
 *
 * @param {string} title what is drawn, with its unit
 * @param {string[]} names of the lines, at most three
 * @param {number} points how many samples are shown
 * @param {(value: number) => string} format of the scale
 */
export function plot(title, names, points, format) {
  const paths = names.map((_, i) => s("path", { class: CLASSES[i], d: "" }));
  const svg = s(
    "svg",
    { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": `${title}, over the last ${points} seconds` },
    s("line", { class: "axis", x1: 0, y1: TOP, x2: WIDTH, y2: TOP }),
    s("line", { class: "axis", x1: 0, y1: HEIGHT - 1, x2: WIDTH, y2: HEIGHT - 1 }),
    paths,
  );
  const scale = h("span", { class: "soft" }, "");
  const legend = names.length > 1 ? names.map((name, i) => [" ", h("span", { class: `key-${CLASSES[i]}` }, name)]) : null;
  const element = h("figure", null, h("figcaption", null, title, legend, " ", scale), svg);

  /** @param {number[][]} lines of each name, oldest first; NaN is a gap */
  function draw(lines) {
    const most = ceiling(Math.max(...lines.flat().filter(Number.isFinite), 0));
    scale.textContent = `(top line: ${format(most)})`;
    lines.forEach((line, at) => {
      let data = "";
      let pen = false;
      const first = points - line.length;
      line.forEach((value, i) => {
        if (!Number.isFinite(value)) {
          pen = false;
          return;
        }
        const x = ((first + i) / (points - 1)) * WIDTH;
        const y = HEIGHT - 1 - (value / most) * (HEIGHT - 1 - TOP);
        data += `${pen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
        pen = true;
      });
      paths[at].setAttribute("d", data);
    });
  }

  return { element, draw };
}
