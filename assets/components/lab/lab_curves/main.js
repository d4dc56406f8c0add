// The lab's state line and its two charts. Points come through lab_feed, which is short because its
// script is sent with every answer. Points stay here, so that an answer holds only new ones. This part
// polls again when it has drawn the last answer; a hidden tab does not poll. While the points come as
// a stream, it polls seldom, and at once when a run changes its state: the answer redraws the page.
import { LABEL_LETTERS, TRAINING, VALIDATION, labels, legendEntry, mark } from "./lines.js";
import { accuracyScale, count, lossScale, nice, short } from "./scale.js";
import { append, counts, streams } from "./stream.js";
import { make } from "./svg.js";

const LISTS = ["train", "val", "rates"];
const LOST = 4000;               // ms after which an answer counts as lost
const SELDOM = 3000;             // ms from an answer to the next poll while a stream lives
const LEFT = 42, RIGHT = 12, TOP = 12, BOTTOM = 38, EDGE = 5, BRACKET = 42, LABEL = 48;
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
  let feed = { n: 0, again: 0, curves: [] }, timer = 0, shown = [], known, frame = 0;
  let last = { n: 0, seen: {} };  // the last poll
  const told = new Map();         // by run: the last message of its stream
  const stream = streams({
    address: (id, seen) => new URL(`api/runs/${id}/events?seen=${seen}`, globalThis.dl101Base ?? document.baseURI),
    seen: (id) => counts(CURVES.get(id)),
    news: hear,
    changed: () => wait(feed.again),
  });

  function take() {
    if (!globalThis.dl101Feed) return;
    feed = JSON.parse(dl101Feed.text);
    const seen = feed.n === last.n ? last.seen : {};
    shown = feed.curves.map((news) => merge(news, seen[news.id]));
    for (const id of told.keys()) if (!live().includes(id)) told.delete(id);
    sayState(root, feed);
    watch();
    for (const one of charts) one.show(shown, onShow());
    wait(feed.again);
    if (known !== undefined && feed.run && feed.run !== known) comeIntoView(root);
    known = feed.run;
  }
  function onShow() {
    return [...(feed.beside ?? []), feed.run];
  }
  // The runs on show that have not ended, the main one first.
  function live() {
    const ids = (feed.live ?? []).map(([id]) => id);
    return [...ids.filter((id) => id === feed.run), ...ids.filter((id) => id !== feed.run)];
  }
  function watch() {
    stream.want(document.hidden ? [] : live());
  }
  function hear(news, seen) {
    const curve = CURVES.get(news.id);
    if (!curve || !append(curve, news, seen)) return false;
    Object.assign(curve, { total: news.total, broke: news.broke ?? null });
    const before = told.get(news.id)?.state ?? new Map(feed.live).get(news.id);
    told.set(news.id, news);
    frame ||= requestAnimationFrame(paint);
    if (news.state !== before) ask();
    return true;
  }
  function paint() {
    frame = 0;
    for (const one of charts) one.show(shown, onShow());
    const runs = live().map((id) => told.get(id));
    if (!runs.length || !runs.every((one) => one?.line)) return;
    if (onShow().length === 1) return sayState(root, runs[0]);
    const line = runs.map((one) => `${CURVES.get(one.id).name}: ${one.line}`).join("\n");
    const ended = onShow().length - runs.length; // these count as done
    const share = runs.reduce((sum, one) => sum + (one.share ?? 0), ended) / onShow().length;
    sayState(root, { line, share, state: feed.state });
  }
  function wait(ms) {
    clearTimeout(timer);
    if (ms && !document.hidden) timer = setTimeout(ask, stream.alive(live()) ? Math.max(ms, SELDOM) : ms);
  }
  function ask() {
    const seen = Object.fromEntries(shown.map((curve) => [curve.id, counts(curve)]));
    asked = Math.max(asked, feed.n) + 1;
    last = { n: asked, seen };
    dl101Feed.ask("ask", last);
    wait(LOST);
  }

  addEventListener("dl101-lab", take, { signal: stop.signal });
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    watch();
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
      cancelAnimationFrame(frame);
      stream.want([]);
    },
  };
}

// After Start, scroll to the curve: on a phone it is below the controls.
function comeIntoView(root) {
  const lab = root.querySelector(".lab"), loss = lab.querySelector("figure").getBoundingClientRect();
  if (loss.top >= 0 && loss.bottom <= innerHeight) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const top = document.querySelector(".st-key-steering") ?? lab; // buttons, later the result
  top.style.scrollMarginTop = "4.5rem"; // below Streamlit's header
  top.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

function merge(news, seen) {
  let curve = CURVES.get(news.id);
  if (!curve) CURVES.set(news.id, (curve = { id: news.id, train: [], val: [], rates: [] }));
  Object.assign(curve, { name: news.name, place: news.place, total: news.total, broke: news.broke, gap: news.gap ?? null });
  append(curve, news, seen); // a gap is requested by the next poll
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
  const kind = figure.querySelector(".kind");
  const axes = make("g"), plot = make("svg", { x: LEFT - EDGE, y: TOP - EDGE });
  const cursor = make("line", { class: "cursor", visibility: "hidden" });
  const brackets = make("g"), names = make("g");
  svg.replaceChildren(axes, plot, brackets, names, cursor);
  let curves = [], mains = [], right = RIGHT, box = null, drawn = "", hovered = null;

  function show(some, runs) {
    curves = some;
    mains = some.filter((curve) => runs.includes(curve.id));
    const width = svg.clientWidth, height = svg.clientHeight;
    if (!width) return;
    // Without a change there is nothing to draw.
    const now = JSON.stringify([width, height, runs, some.map((c) => [c.id, c.name, c.total, c.broke, c.gap, LISTS.map((l) => c[l].length)])]);
    if (now === drawn) return;
    drawn = now;
    right = RIGHT + BRACKET * curves.filter((curve) => curve.gap).length + (named().length ? LABEL : 0);
    box = { width: width - LEFT - right, height: height - TOP - BOTTOM, ...scale() };
    drawAxes(width, height);
    // A little more than the plot, so that a point on its edge is whole.
    const [w, h] = [box.width + 2 * EDGE, box.height + 2 * EDGE];
    for (const [name, value] of [["width", w], ["height", h], ["viewBox", `${-EDGE} ${-EDGE} ${w} ${h}`]]) plot.setAttribute(name, value);
    plot.replaceChildren(...curves.flatMap(drawCurve));
    brackets.replaceChildren(...curves.filter((curve) => curve.gap).flatMap(drawBracket));
    names.replaceChildren(...labels(named().map(endOf), TOP + box.height));
    kind.textContent = box.powers ? "in powers of ten" : "";
    drawLegend();
    svg.setAttribute("aria-label", inWords());
    if (hovered !== null) hover(hovered);
  }

  function scale() {
    // A run that broke after two steps of three hundred would be a line at the very edge.
    const ends = curves.map((c) => (c.broke == null ? c.total : Math.max(8, 2 * c.broke)));
    const steps = Math.max(0, ...ends) || 100;
    return { steps, ...(what === "Accuracy" ? accuracyScale() : lossScale(curves, data.diverged)) };
  }
  const x = (step) => (step / box.steps) * box.width;
  const y = (value) => box.height * (1 - box.share(value));

  function drawAxes(width, height) {
    const parts = [];
    box.ticks.forEach(([value, words], i) => {
      const line = Math.round(TOP + y(value)) + 0.5;
      parts.push(make("path", { class: i ? "grid soft" : "grid", d: `M${LEFT} ${line}H${width - right}` }));
      parts.push(make("text", { x: LEFT - 6, y: line + 4, "text-anchor": "end" }, words));
    });
    const every = Math.max(1, nice(box.steps / Math.max(2, box.width / 70)));
    for (let step = 0; step <= box.steps; step += every) {
      parts.push(make("text", { x: LEFT + x(step), y: height - BOTTOM + 16, "text-anchor": "middle" }, step.toLocaleString("en")));
    }
    parts.push(make("text", { x: LEFT + box.width / 2, y: height - 4, "text-anchor": "middle" }, "step"));
    axes.replaceChildren(...parts);
  }

  function drawCurve(curve) {
    const stroke = colour(curve);
    const parts = curve.rates.flatMap(([step, lr]) => [
      make("path", { class: "rate", stroke, d: `M${x(step)} 12V${box.height}` }),
      make("text", { x: x(step) + (x(step) > box.width - 60 ? -3 : 3), y: 10, "text-anchor": x(step) > box.width - 60 ? "end" : "start" }, `lr ${short(lr)}`),
    ]);
    for (const [points, kind] of [[curve.train, TRAINING], [curve.val, VALIDATION]]) {
      parts.push(make("path", { class: "line", "data-kind": kind.name, stroke, "stroke-width": kind.width, "stroke-dasharray": kind.dash, d: line(points) }));
    }
    if (curve.train.length < 3) parts.push(make("path", { class: "dots", stroke, "stroke-width": 4, d: dots(curve.train) }));
    parts.push(make("path", { class: "marks", fill: stroke, d: curve.val.filter((p) => p[at] !== null).map((p) => mark(curve.place, x(p[0]), y(p[at]))).join("") }));
    return what === "Loss" && box.powers ? [...parts, ...drawStorm(curve)] : parts;
  }
  // The highest point with its number, arrows for values that are not finite, and the run's last step.
  function drawStorm(curve) {
    const stroke = colour(curve), parts = [];
    const beside = (step, y, text, name) => {
      const flip = x(step) > box.width - 90;
      return make("text", { class: `label ${name}`, x: x(step) + (flip ? -7 : 7), y, "text-anchor": flip ? "end" : "start" }, text);
    };
    if (curve.broke != null) {
      parts.push(make("path", { class: "broke", stroke, d: `M${x(curve.broke)} 0V${box.height}` }));
      parts.push(beside(curve.broke, box.height - 8, `broke at step ${curve.broke.toLocaleString("en")}`, "end"));
    }
    const lost = curve.train.filter((p) => p[at] === null).map((p) => p[0]);
    if (curve.broke != null && !(curve.train.at(-1)?.[0] >= curve.broke)) lost.push(curve.broke);
    parts.push(make("path", { class: "lost", fill: stroke, d: lost.map((step) => `M${x(step)} 0l5 9h-10z`).join("") }));
    const peak = curve.train.reduce((best, p) => ((p[at] ?? -1) > (best?.[at] ?? data.diverged) ? p : best), null);
    if (peak) {
      const height = y(peak[at]);
      parts.push(make("path", { class: "peak", stroke, d: mark(0, x(peak[0]), height) }));
      const below = named().length && peak === curve.train.at(-1); // the name is beside it
      parts.push(beside(peak[0], below ? height + 17 : Math.max(10, height - 3), count(peak[at]), "peak"));
    }
    return parts;
  }
  // The curves whose names are short enough for a label beside them.
  function named() {
    const shown = curves.filter((curve) => curve.train.length && brief(curve).length <= LABEL_LETTERS);
    return shown.length > 1 ? shown : [];
  }
  function endOf(curve) {
    const last = [...curve.train, ...curve.val].filter((p) => p[at] !== null).sort((a, b) => a[0] - b[0]).at(-1);
    return { text: brief(curve), x: LEFT + x(last?.[0] ?? 0), y: TOP + y(last?.[at] ?? 0) };
  }
  // The gap of training and validation at the end, both measured without dropout.
  function drawBracket(curve, i) {
    const [low, high] = curve.gap[what].map((value) => TOP + clamp(y(value), 0, box.height));
    const from = LEFT + box.width + 8 + i * BRACKET;
    const apart = what === "Accuracy" ? `${(100 * Math.abs(curve.gap[what][0] - curve.gap[what][1])).toFixed(1)}` : short(+Math.abs(curve.gap[what][0] - curve.gap[what][1]).toFixed(2));
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
    const one = curves.length === 1 && curves[0], ink = one ? colour(one) : "currentColor";
    const kinds = [legendEntry("training", TRAINING, ink), legendEntry("validation", VALIDATION, ink, one ? one.place : null)];
    const runs = one ? [] : curves.map((curve) => legendEntry(brief(curve), {}, colour(curve), curve.place));
    legend.replaceChildren(...(curves.length ? [...kinds, ...runs] : []));
  }

  function inWords() {
    const drawn = mains.filter((curve) => curve.train.length);
    if (!drawn.length) return `${what} against the training step: no points yet.`;
    return drawn.map(wordsOf).join(" ");
  }
  function wordsOf(curve) {
    const tell = (point) => `${fixed(point[at], 3)} at step ${point[0]}`;
    const tested = curve.val.length ? `, validation ${tell(curve.val.at(-1))}` : "";
    const broke = curve.broke == null ? "" : ` It broke at step ${curve.broke}.`;
    return `${what} of ${curve.name}: training ${tell(curve.train.at(-1))}${tested}.${broke}`;
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
  return { show };
}

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
const brief = (curve) => curve.name.split(":")[0];
const fixed = (value, digits) => (value === null ? "beyond all numbers" : value.toFixed(digits));

// The point with the closest step; the points are in order of their steps.
function nearest(points, step) {
  let low = 0, high = points.length - 1;
  if (high < 0) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (points[middle][0] < step) low = middle; else high = middle;
  }
  return Math.abs(points[low][0] - step) <= Math.abs(points[high][0] - step) ? points[low] : points[high];
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
