// The lab's state line and its two charts. New points come through lab_feed, which is polled. This part
// polls again when it has the last answer; a hidden tab does not poll. While the points come as
// a stream, it polls seldom, and at once when a run changes its state: the answer redraws the page.
import { hear } from "../../shared/bus.js";
import { mount } from "../../shared/mount.js";
import { write } from "../../shared/words.js";
import { Chart } from "../../views/chart/view.js";
import { picture } from "./picture.js";
import { Learning } from "../learning/view.js";
import { appendShots, curveOf, liveIn, merge, onShow, seenOf, showShots } from "./runs.js";
import { comeIntoView, sayState } from "./state.js";
import { append, streams } from "./stream.js";

/** @typedef {import("./picture.js").What} What */
/** @typedef {import("./runs.js").Curve} Curve */
/** @typedef {import("./runs.js").Feed} Feed */
/** @typedef {import("./stream.js").Message} Message */
/**
 * @typedef {object} Data
 * @property {number} diverged the loss from which a run explodes
 * @property {string} [run] whose pictures are shown
 * @property {string} [recorded] the sentence about a recorded run
 * @property {string} [pixels] of its images
 * @property {number[]} [labels]
 * @property {string[]} [classes]
 */

const LOST = 4000;               // ms after which an answer counts as lost
const SELDOM = 3000;             // ms from an answer to the next poll while a stream lives
/** @type {What[]} */
const CHARTS = ["Loss", "Accuracy"];
/** @type {unknown[]} */
const NONE = [];
let asked = 0;

class Lab {
  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {HTMLElement} */
    const host = root.querySelector(".charts");
    this.charts = CHARTS.map((what) => ({ what, view: new Chart(host, { onPick: (x) => this.learning.pick(x) }) }));
    const [above, time, below] = [".above", ".time", ".below"].map((name) => /** @type {HTMLElement} */ (root.querySelector(name)));
    this.learning = new Learning({ above, time, below }, (step) => this.move(step));
    /** @type {number | null} */
    this.cursor = null;
    /** @type {string | null} */
    this.pictured = null; // the run whose pictures are shown
    /** @type {HTMLInputElement} */
    this.log = root.querySelector("[name=log]");
    this.log.addEventListener("change", () => this.draw());
    for (const { what, view } of this.charts) view.figure.dataset.spot = what.toLowerCase();
    this.diverged = Infinity;
    /** @type {Feed} */
    this.feed = { n: 0, again: 0, curves: [] };
    /** @type {Curve[]} */
    this.shown = [];
    /** @type {string | null | undefined} */
    this.known = undefined; // the run on show before
    /** @type {{ n: number, seen: Record<string, number[]> }} */
    this.last = { n: 0, seen: {} }; // the last poll
    /** By run: the last message of its stream. @type {Map<string, Message>} */
    this.told = new Map();
    this.timer = 0;
    this.stop = new AbortController();
    this.deaf = hear("dl101-lab", () => this.take());
    document.addEventListener("visibilitychange", () => this.turn(), { signal: this.stop.signal });
    this.stream = streams({
      address: (id, seen) => new URL(`api/runs/${id}/events?seen=${seen}`, globalThis.dl101Base ?? document.baseURI),
      seen: seenOf,
      news: (news, seen) => this.listen(news, seen),
      changed: () => this.wait(this.feed.again),
    });
  }

  /** @param {Data} data */
  show({ diverged, run = null, recorded = "", pixels = "", labels = [], classes = [] }) {
    this.diverged = diverged;
    write(this.root.querySelector(".recorded"), recorded);
    if (run !== this.pictured) this.cursor = null;
    this.pictured = run;
    this.learning.show(run, pixels ? { pixels, labels, classes } : null, Boolean(recorded));
    this.draw();
    this.take();
  }

  draw() {
    const more = { log: this.log.checked, cursor: this.cursor };
    for (const { what, view } of this.charts) view.show(picture(what, this.shown, onShow(this.feed), this.diverged, more));
    // The answer about a new run may come before the page's own change to it, or after.
    const current = this.pictured !== null && onShow(this.feed).includes(this.pictured);
    const sentence = /** @type {HTMLElement} */ (this.root.querySelector(".recorded"));
    sentence.hidden = !current || !sentence.textContent;
    this.learning.take((current && curveOf(this.pictured)?.shots) || NONE);
  }

  /** The scrubber's time. @param {number | null} step */
  move(step) {
    this.cursor = step;
    this.draw();
  }

  /** An answer of the server. */
  take() {
    if (!globalThis.dl101Feed) return;
    const feed = this.feed = /** @type {Feed} */ (JSON.parse(globalThis.dl101Feed.text));
    const seen = feed.n === this.last.n ? this.last.seen : {};
    this.shown = feed.curves.map((news) => merge(news, seen[news.id]));
    for (const id of this.told.keys()) if (!this.live().includes(id)) this.told.delete(id);
    sayState(this.root, feed);
    showShots(onShow(feed).includes(this.pictured) ? this.pictured : null);
    this.watch();
    this.draw();
    this.wait(feed.again);
    if (this.known !== undefined && feed.run && feed.run !== this.known) comeIntoView(this.root);
    this.known = feed.run;
  }

  live() {
    return liveIn(this.feed);
  }

  watch() {
    this.stream.want(document.hidden ? [] : this.live());
  }

  /** A message of a stream; false if its points do not fit. */
  /** @param {Message} news @param {number[] | undefined} seen */
  listen(news, seen) {
    const curve = curveOf(news.id);
    if (!curve || !append(curve, news, seen)) return false;
    appendShots(curve, news);
    Object.assign(curve, { total: news.total, broke: news.broke ?? null });
    const before = this.told.get(news.id)?.state ?? new Map(this.feed.live).get(news.id);
    this.told.set(news.id, news);
    this.draw();
    this.sayLines();
    if (news.state !== before) this.ask();
    return true;
  }

  /** The state line from the streams, once all runs on show have told theirs. */
  sayLines() {
    const { feed, told } = this, count = onShow(feed).length;
    const runs = this.live().map((id) => told.get(id));
    if (!runs.length || !runs.every((one) => one?.line)) return;
    if (count === 1) return sayState(this.root, runs[0]);
    const line = runs.map((one) => `${curveOf(one.id).name}: ${one.line}`).join("\n");
    const ended = count - runs.length; // these count as done
    const share = runs.reduce((sum, one) => sum + (one.share ?? 0), ended) / count;
    sayState(this.root, { line, share, state: feed.state });
  }

  /** @param {number} ms until the next poll; 0: none */
  wait(ms) {
    clearTimeout(this.timer);
    const pace = this.stream.alive(this.live()) ? Math.max(ms, SELDOM) : ms;
    if (ms && !document.hidden) this.timer = setTimeout(() => this.ask(), pace);
  }

  ask() {
    const seen = Object.fromEntries(this.shown.map(({ id }) => [id, seenOf(id)]));
    asked = Math.max(asked, this.feed.n) + 1;
    this.last = { n: asked, seen };
    globalThis.dl101Feed.ask("ask", this.last);
    this.wait(LOST);
  }

  /** The tab was hidden, or is seen again. */
  turn() {
    clearTimeout(this.timer);
    this.watch();
    if (this.feed.again && !document.hidden) this.ask();
  }

  destroy() {
    this.stop.abort();
    this.deaf();
    clearTimeout(this.timer);
    this.stream.want([]);
    for (const { view } of this.charts) view.destroy();
    this.learning.destroy();
  }
}

export default mount(Lab);
