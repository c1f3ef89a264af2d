// Draws each chart of a page when it comes near; until then, and where that fails, its table is what one sees.
import { picture } from "./picture.js";

const NEAR = "400px";
const PHONE = 520; // pixels; on less a hint has short lines
const PAPER = 660; // pixels of an A4 sheet between its margins

const data = (figure) => JSON.parse(document.getElementById(`${figure.id}-data`).textContent);

// Options with what differs on narrow screens laid over them, lists member by member.
function over(under, upper) {
  if (Array.isArray(upper)) return under.map((each, index) => over(each, upper[index] ?? {}));
  if (upper === null || typeof upper !== "object") return upper;
  const made = { ...under };
  for (const [name, value] of Object.entries(upper)) made[name] = name in made ? over(made[name], value) : value;
  return made;
}

// Breaks a line of words so that a hint stays within a narrow screen.
function broken(line, most) {
  const lines = [""];
  for (const word of line.split(" ")) {
    const last = lines.at(-1);
    if (last && last.length + word.length >= most) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines.join("\n");
}

// The options as they are drawn: numbers as documents write them, hints in the words that came along.
export function options(given, width, family) {
  const option = structuredClone(width < given.narrowest ? over(given.option, given.narrow) : given.option);
  const numbers = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 2 });
  for (const axis of [...(option.xAxis ?? []), ...(option.yAxis ?? [])]) {
    if (axis.type === "value") axis.axisLabel.formatter = (value) => numbers.format(value);
  }
  const places = new Map(given.stops.map((stop, index) => [String(stop.at), index]));
  const main = given.stops.find((stop) => stop.at)?.at[0];
  option.textStyle.fontFamily = family;
  option.tooltip.formatter = (pointed) => {
    const which = given.across
      ? pointed.find((each) => each.seriesIndex === main)?.dataIndex
      : places.get(`${pointed.seriesIndex},${pointed.dataIndex}`);
    const most = width < PHONE ? 34 : 56;
    return given.stops[which]?.lines.map((line) => broken(line, most)).join("\n") ?? "";
  };
  return option;
}

class Drawn {
  constructor(figure, library) {
    this.figure = figure;
    this.given = data(figure);
    this.plot = figure.querySelector(".chart-plot");
    this.canvas = figure.querySelector(".chart-canvas");
    this.said = figure.querySelector("[data-said]");
    this.at = -1;
    for (const [name, outline] of Object.entries(this.given.maps)) library.registerMap(name, outline);
    figure.dataset.state = "drawn";
    this.canvas.style.height = `${this.given.height}px`;
    this.chart = library.init(this.canvas, null, { renderer: "svg", height: this.given.height });
    this.draw();
    new ResizeObserver(() => this.fit()).observe(this.plot);
    this.plot.addEventListener("keydown", (event) => this.key(event));
    this.plot.addEventListener("blur", () => this.leave());
    this.acts(library);
  }

  draw(width = this.plot.clientWidth) {
    this.width = width;
    this.chart.resize({ width, height: this.given.height });
    const family = getComputedStyle(this.figure).fontFamily;
    this.chart.setOption(options(this.given, this.width, family), { notMerge: true });
    this.scalable();
  }

  // With a view box the drawing shrinks to the sheet when the page is printed.
  scalable() {
    const svg = this.canvas.querySelector("svg");
    svg.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} ${svg.getAttribute("height")}`);
    svg.setAttribute("aria-hidden", "true");
  }

  fit() {
    if (this.plot.clientWidth && this.plot.clientWidth !== this.width) this.draw();
  }

  acts(library) {
    const { figure } = this;
    const toggle = figure.querySelector("[data-table]");
    const table = figure.querySelector(".chart-table");
    const open = (shown) => {
      toggle.setAttribute("aria-expanded", String(shown));
      figure.toggleAttribute("data-open", shown);
      // What cannot be seen is not stopped at; a reader finds the table all the same.
      if (shown) table.tabIndex = 0;
      else table.removeAttribute("tabindex");
    };
    // Whoever comes to a link in it by keyboard sees where they are.
    table.addEventListener("focusin", () => open(true));
    toggle.addEventListener("click", () => open(toggle.getAttribute("aria-expanded") !== "true"));
    open(false);
    const save = figure.querySelector("[data-picture]");
    save.addEventListener("click", () => picture(library, this.given, options, getComputedStyle(figure).fontFamily));
    for (const each of [toggle, save, figure.querySelector(`#${figure.id}-hint`)]) each.hidden = false;
  }

  key(event) {
    const last = this.given.stops.length - 1;
    const to = {
      ArrowRight: this.at + 1,
      ArrowDown: this.at + 1,
      ArrowLeft: this.at - 1,
      ArrowUp: this.at - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === "Escape") this.leave();
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.at = Math.min(Math.max(to, 0), last);
    const stop = this.given.stops[this.at];
    this.said.textContent = stop.lines.map((line) => (line.endsWith(".") ? line : `${line}.`)).join(" ");
    this.chart.dispatchAction(stop.at ? { type: "showTip", ...this.spot(stop.at) } : { type: "hideTip" });
  }

  // Where a hint is shown. A whole row or column is found by its place: a figure that is hidden has none.
  spot([seriesIndex, dataIndex]) {
    if (!this.given.across) return { seriesIndex, dataIndex };
    const upright = this.given.option.xAxis[0].type === "category";
    const along = this.chart.convertToPixel({ [upright ? "xAxisIndex" : "yAxisIndex"]: 0 }, dataIndex);
    const { x, y, width, height } = this.chart.getModel().getComponent("grid").coordinateSystem.getRect();
    return upright ? { x: along, y: y + height / 2 } : { x: x + width / 2, y: along };
  }

  leave() {
    this.at = -1;
    this.said.textContent = "";
    this.chart.dispatchAction({ type: "hideTip" });
    this.chart.dispatchAction({ type: "updateAxisPointer", currTrigger: "leave" });
  }
}

const drawn = [];
let library;

async function draw(figure) {
  try {
    library ??= import("./vendor/echarts.js");
    drawn.push(new Drawn(figure, await library));
  } catch (fault) {
    figure.dataset.state = "failed";
    console.error(fault);
  }
}

const near = new IntersectionObserver(
  (seen) => {
    for (const each of seen.filter((one) => one.isIntersecting)) {
      near.unobserve(each.target);
      draw(each.target);
    }
  },
  { rootMargin: NEAR },
);
const figures = document.querySelectorAll("figure.chart");
for (const figure of figures) near.observe(figure);
// Paper has a width of its own, and whoever prints has not scrolled to every chart.
window.addEventListener("beforeprint", () => {
  for (const each of drawn) each.draw(PAPER);
  for (const figure of figures) if (!figure.dataset.state) draw(figure);
});
window.addEventListener("afterprint", () => {
  for (const each of drawn) each.draw();
});
