// The lab's state line and its two charts. Points come through lab_feed, which is short because its
// script travels with every answer; they stay here, so that an answer brings only new ones. This part
// asks for the next answer when it has drawn the last; a hidden tab asks for none.
const NS = "http://www.w3.org/2000/svg";
const LISTS = ["train", "val", "rates"];
const LOST = 4000;               // ms after which an answer counts as lost
const LEFT = 38, RIGHT = 12, TOP = 8, BOTTOM = 38, EDGE = 4, BRACKET = 42;
const DASH = { solid: "none", dashed: "6 4", dotted: "2 3" };
const VALUE = { Loss: 1, Accuracy: 2 };  // place in a point: [step, loss, accuracy]
const SPOKEN = { queued: "The run waits.", running: "The run is training.", paused: "The run is paused." };
const VIEWS = new WeakMap();     // by root: the default export runs again at each change of data
const CURVES = new Map();        // by run
let asked = 0;

export default function ({ parentElement: root, data }) {
  let view = VIEWS.get(root);
  if (!view) VIEWS.set(root, (view = mount(root, data)));
  return () => { view.destroy(); VIEWS.delete(root); };
}

function mount(root, data) {
  const stop = new AbortController();
  const charts = [...root.querySelectorAll("figure")].map((figure) => chart(figure, data, stop.signal));
  let feed = { n: 0, again: 0, curves: [] }, timer = 0, shown = [];

  function take() {
    if (!globalThis.dl101Feed) return;
    feed = JSON.parse(dl101Feed.text);
    shown = feed.curves.map(merge);
    sayState(root, feed);
    for (const one of charts) one.show(shown, onShow());
    wait(feed.again);
  }
  function onShow() {
    return [...(feed.beside ?? []), feed.run];
  }
  function wait(ms) {
    clearTimeout(timer);
    if (ms && !document.hidden) timer = setTimeout(ask, ms);
  }
  function ask() {
    const seen = Object.fromEntries(shown.map((curve) => [curve.id, LISTS.map((list) => curve[list].length)]));
    asked = Math.max(asked, feed.n) + 1;
    dl101Feed.ask("ask", { n: asked, seen });
    wait(LOST);
  }

  addEventListener("dl101-lab", take, { signal: stop.signal });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (feed.again && !document.hidden) ask();
  }, { signal: stop.signal });
  const observer = new ResizeObserver(() => charts.forEach((one) => one.show(shown, onShow())));
  observer.observe(root.querySelector(".charts"));
  charts.forEach((one) => one.show([], []));
  take();
  return {
    destroy() {
      stop.abort();
      observer.disconnect();
      clearTimeout(timer);
    },
  };
}

// Put what is new behind the points that are here; the same news twice changes nothing.
function merge(news) {
  let curve = CURVES.get(news.id);
  if (!curve) CURVES.set(news.id, (curve = { id: news.id, train: [], val: [], rates: [] }));
  Object.assign(curve, { name: news.name, place: news.place, total: news.total, gap: news.gap ?? null });
  LISTS.forEach((list, i) => {
    if (curve[list].length < news.from[i]) return; // a gap: the next question asks for it
    curve[list].length = news.from[i];
    for (const point of news[list]) curve[list].push(point);
  });
  return curve;
}

function sayState(root, feed) {
  const state = root.querySelector(".state"), bar = root.querySelector(".bar");
  state.hidden = !feed.line;
  root.querySelector(".words").textContent = feed.line;
  bar.hidden = feed.share === null;
  bar.firstElementChild.style.width = `${100 * (feed.share ?? 0)}%`;
  bar.setAttribute("aria-valuenow", Math.round(100 * (feed.share ?? 0)));
  bar.setAttribute("aria-valuetext", feed.line);
  // Only a change of state is spoken, not every step.
  const spoken = root.querySelector(".spoken");
  if (spoken.dataset.state !== feed.state) {
    spoken.textContent = spoken.dataset.state ? (SPOKEN[feed.state] ?? "") : "";
    spoken.dataset.state = feed.state;
  }
}

// ---- a chart

function chart(figure, data, signal) {
  const what = figure.dataset.what, at = VALUE[what];
  const svg = figure.querySelector("svg"), legend = figure.querySelector("ul"), tip = figure.querySelector(".tip");
  const axes = make("g"), plot = make("svg", { x: LEFT - EDGE, y: TOP - EDGE });
  const cursor = make("line", { class: "cursor", visibility: "hidden" });
  const brackets = make("g");
  svg.replaceChildren(axes, plot, brackets, cursor);
  let curves = [], mains = [], right = RIGHT, box = null, drawn = "", hovered = null;

  function show(some, runs) {
    curves = some;
    mains = some.filter((curve) => runs.includes(curve.id));
    const width = svg.clientWidth, height = svg.clientHeight;
    if (!width) return;
    // Nothing new: nothing to draw.
    const now = JSON.stringify([width, height, runs, some.map((c) => [c.id, c.name, c.total, c.gap, LISTS.map((l) => c[l].length)])]);
    if (now === drawn) return;
    drawn = now;
    right = RIGHT + BRACKET * curves.filter((curve) => curve.gap).length;
    box = { width: width - LEFT - right, height: height - TOP - BOTTOM, ...scale() };
    drawAxes(width, height);
    // A little more than the plot, so that a point on its edge is whole.
    const [w, h] = [box.width + 2 * EDGE, box.height + 2 * EDGE];
    for (const [name, value] of [["width", w], ["height", h], ["viewBox", `${-EDGE} ${-EDGE} ${w} ${h}`]]) plot.setAttribute(name, value);
    plot.replaceChildren(...curves.flatMap(drawCurve));
    brackets.replaceChildren(...curves.filter((curve) => curve.gap).flatMap(drawBracket));
    drawLegend();
    svg.setAttribute("aria-label", inWords());
    if (hovered !== null) hover(hovered);
  }

  function scale() {
    const steps = Math.max(0, ...curves.map((c) => c.total)) || 100;
    if (what === "Accuracy") return { steps, top: 1, every: 0.2 };
    let highest = 0;
    for (const c of curves) for (const p of [...c.train, ...c.val]) highest = Math.max(highest, p[at] ?? Infinity);
    const high = Math.min(highest || 2.5, data.diverged);
    const every = nice(high / 5);
    return { steps, every, top: high === data.diverged ? high : Math.ceil(high / every - 1e-9) * every };
  }
  const x = (step) => (step / box.steps) * box.width;
  const y = (value) => box.height * (1 - value / box.top);

  function drawAxes(width, height) {
    const parts = [];
    for (let value = 0; value <= box.top + 1e-9; value += box.every) {
      const line = Math.round(TOP + y(value)) + 0.5;
      parts.push(make("path", { class: value ? "grid soft" : "grid", d: `M${LEFT} ${line}H${width - right}` }));
      parts.push(make("text", { x: LEFT - 6, y: line + 4, "text-anchor": "end" }, short(value)));
    }
    const every = Math.max(1, nice(box.steps / Math.max(2, box.width / 70)));
    for (let step = 0; step <= box.steps; step += every) {
      parts.push(make("text", { x: LEFT + x(step), y: height - BOTTOM + 16, "text-anchor": "middle" }, step.toLocaleString("en")));
    }
    parts.push(make("text", { x: LEFT + box.width / 2, y: height - 4, "text-anchor": "middle" }, "step"));
    axes.replaceChildren(...parts);
  }

  function drawCurve(curve) {
    const stroke = colour(curve), dash = dashOf(curve);
    const parts = curve.rates.flatMap(([step, lr]) => [
      make("path", { class: "rate", stroke, d: `M${x(step)} 12V${box.height}` }),
      make("text", { x: x(step) + (x(step) > box.width - 60 ? -3 : 3), y: 10, "text-anchor": x(step) > box.width - 60 ? "end" : "start" }, `lr ${short(lr)}`),
    ]);
    parts.push(make("path", { class: "line", stroke, "stroke-width": 1.2, "stroke-dasharray": dash, d: line(curve.train) }));
    if (curve.train.length === 1) parts.push(make("path", { class: "dots", stroke, "stroke-width": 4, d: dots(curve.train) }));
    parts.push(make("path", { class: "line", stroke, "stroke-width": 2.2, "stroke-dasharray": dash, d: line(curve.val) }));
    parts.push(make("path", { class: "dots", stroke, "stroke-width": 6, d: dots(curve.val) }));
    return parts;
  }
  // What training and validation are apart at the end, both measured with nothing dropped.
  function drawBracket(curve, i) {
    const [low, high] = curve.gap[at].map((value) => TOP + y(clamp(value, 0, box.top)));
    const from = LEFT + box.width + 8 + i * BRACKET;
    const apart = what === "Accuracy" ? `${(100 * Math.abs(curve.gap[at][0] - curve.gap[at][1])).toFixed(1)}` : short(+Math.abs(curve.gap[at][0] - curve.gap[at][1]).toFixed(2));
    return [
      make("path", { class: "bracket", stroke: colour(curve), d: `M${from} ${low}h6V${high}h-6` }),
      make("text", { x: from + 9, y: (low + high) / 2 + 4 }, apart),
    ];
  }
  // At most four points a pixel: its first, lowest, highest and last.
  function line(points) {
    let d = "", pen = "M", column = null;
    const flush = () => {
      if (!column) return;
      for (const i of [...new Set([column.first, column.low, column.high, column.last])].sort((a, b) => a - b)) {
        d += `${pen}${x(points[i][0]).toFixed(1)} ${y(points[i][at]).toFixed(1)}`;
        pen = "L";
      }
      column = null;
    };
    points.forEach((point, i) => {
      if (point[at] === null) { flush(); pen = "M"; return; }
      const pixel = Math.floor(x(point[0]));
      if (column?.pixel !== pixel) { flush(); column = { pixel, first: i, low: i, high: i, last: i }; }
      column.last = i;
      if (point[at] < points[column.low][at]) column.low = i;
      if (point[at] > points[column.high][at]) column.high = i;
    });
    flush();
    return d;
  }
  const dots = (points) => points.filter((p) => p[at] !== null).map((p) => `M${x(p[0]).toFixed(1)} ${y(p[at]).toFixed(1)}h0`).join("");

  function drawLegend() {
    const entry = (curve, text, width, dot) => {
      const item = document.createElement("li"), icon = make("svg", { viewBox: "0 0 20 8", "aria-hidden": "true" });
      icon.append(make("path", { d: "M0 4H20", stroke: colour(curve), "stroke-width": width, "stroke-dasharray": dashOf(curve) }));
      if (dot) icon.append(make("circle", { cx: 10, cy: 4, r: 3, fill: colour(curve) }));
      item.append(icon, text);
      return item;
    };
    const one = curves.length === 1 && curves[0];
    legend.replaceChildren(...(one
      ? [entry(one, "training", 1.2, false), entry(one, "validation", 2.2, true)]
      : curves.map((curve) => entry(curve, brief(curve), 2.2, true))));
  }

  function inWords() {
    const drawn = mains.filter((curve) => curve.train.length);
    if (!drawn.length) return `${what} against the training step: no points yet.`;
    return drawn.map(wordsOf).join(" ");
  }
  function wordsOf(curve) {
    const tell = (point) => `${fixed(point[at], 3)} at step ${point[0]}`;
    const tested = curve.val.length ? `, validation ${tell(curve.val.at(-1))}` : "";
    return `${what} of ${curve.name}: training ${tell(curve.train.at(-1))}${tested}.`;
  }

  // ---- hovering
  function hover(event) {
    hovered = event;
    const frame = svg.getBoundingClientRect();
    const wanted = ((event.clientX - frame.left - LEFT) / box.width) * box.steps;
    const near = curves.map((c) => [c, nearest(c.train, wanted), nearest(c.val, wanted)]).filter(([, t, v]) => t || v);
    if (!near.length || wanted < -0.03 * box.steps) return leave();
    const step = nearest(near.flatMap(([, t, v]) => [t, v]).filter(Boolean).sort((a, b) => a[0] - b[0]), wanted)[0];
    const rows = [paragraph(`step ${step.toLocaleString("en")}`)];
    for (const [curve, train, val] of near) {
      const own = curves.length > 1 ? `${brief(curve)}, ` : "";
      for (const [name, point] of [["training", train], ["validation", val]]) {
        if (!point) continue;
        const where = point[0] === step ? "" : ` (step ${point[0].toLocaleString("en")})`;
        rows.push(paragraph(`${own}${name} ${fixed(point[at], 4)}${where}`, colour(curve)));
      }
    }
    tip.replaceChildren(...rows);
    tip.hidden = false;
    const place = LEFT + x(step);
    const room = figure.clientWidth - tip.offsetWidth;
    tip.style.left = `${Math.max(0, Math.min(room, place + 12 + tip.offsetWidth > figure.clientWidth ? place - 12 - tip.offsetWidth : place + 12))}px`;
    for (const [name, value] of [["x1", place], ["x2", place], ["y1", TOP], ["y2", TOP + box.height], ["visibility", "visible"]]) cursor.setAttribute(name, value);
  }
  function leave() {
    hovered = null;
    tip.hidden = true;
    cursor.setAttribute("visibility", "hidden");
  }
  svg.addEventListener("pointermove", hover, { signal });
  svg.addEventListener("pointerdown", hover, { signal });
  svg.addEventListener("pointerleave", leave, { signal });

  const colour = (curve) => data.colours[curve.place % data.colours.length];
  const dashOf = (curve) => DASH[data.dashes[curve.place % data.dashes.length]];
  return { show };
}

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const brief = (curve) => curve.name.split(":")[0];
const short = (value) => String(+value.toPrecision(6));
const fixed = (value, digits) => (value === null ? "beyond all numbers" : value.toFixed(digits));

function nice(raw) {
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * [1, 2, 5, 10].find((each) => each * power >= raw * (1 - 1e-9));
}

// The point whose step is closest; the points stand in order of their steps.
function nearest(points, step) {
  let low = 0, high = points.length - 1;
  if (high < 0) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle][0] < step) low = middle; else high = middle;
  }
  return Math.abs(points[low][0] - step) <= Math.abs(points[high][0] - step) ? points[low] : points[high];
}

function make(tag, attributes = {}, text = "") {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}

function paragraph(text, dot = "") {
  const line = document.createElement("p");
  if (dot) {
    const mark = document.createElement("i");
    mark.style.background = dot;
    line.append(mark);
  }
  line.append(text);
  return line;
}
