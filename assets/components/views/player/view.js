// Steps back, on, to any place, or by itself at a chosen speed.
import { clamp, write } from "../../shared/words.js";
import { build, PAUSE, PLAY } from "./nodes.js";
import { moved, nearest, Ticker } from "./timing.js";

/** @typedef {import("../data.js").Player} Data */
/** @typedef {Partial<Data> & Pick<Data, "steps">} Given what is left out, is as in DEFAULTS */

/**
 * @typedef {object} Owner all may be left out
 * @property {(at: number) => void} [onMove] the player has moved; not called for moves by the owner
 * @property {(playing: boolean) => void} [onPlay] it has begun, or stopped
 * @property {() => number} [where] the step on show, if the owner moves it in other ways too
 * @property {(at: number) => string} [words] tells a step to a screen reader, instead of "cell 5 of 16"
 * @property {string} [name] of the whole
 * @property {boolean} [short] without the range: the picture itself is where a step is chosen
 */

/** @type {Omit<Data, "steps" | "at">} */
const DEFAULTS = { unit: "step", labels: [], speeds: [1, 2, 4, 10, 30], speed: 4, loops: false, starts: false };

/** @type {Record<string, number>} */
const WAYS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

export class Player {
  /** @type {Data} */
  data = { ...DEFAULTS, steps: 1, at: 0 };
  begun = false; // whether it has had the chance to start by itself
  chosen = false; // whether the learner has chosen the speed
  speaking = 0;

  /** @param {HTMLElement} host @param {Owner} [owner] */
  constructor(host, owner = {}) {
    this.owner = owner;
    this.node = build(owner.name ?? "Player", Boolean(owner.short));
    this.ticker = new Ticker(() => this.tick());
    this.gone = new AbortController();
    host.append(this.node.root);
    this.listen();
  }

  listen() {
    const { root, back, play, next, speed, scrub } = this.node;
    const { signal } = this.gone;
    play.addEventListener("click", () => this.toggle());
    back.addEventListener("click", () => this.step(-1));
    next.addEventListener("click", () => this.step(1));
    root.addEventListener("keydown", (event) => this.key(event));
    speed.addEventListener("change", () => {
      this.chosen = true;
      if (this.playing) this.ticker.start(this.speed);
    });
    scrub.addEventListener("input", () => {
      this.stop();
      this.go(Number(scrub.value));
    });
    const look = () => this.ticker.hold(document.hidden);
    document.addEventListener("visibilitychange", look, { signal });
    look();
  }

  /** @param {Given} given */
  show(given) {
    const before = this.data.speeds;
    const data = { ...DEFAULTS, at: this.at, ...given };
    data.steps = Math.max(1, Math.floor(data.steps) || 1);
    data.speeds = data.speeds.filter((speed) => speed > 0);
    if (!data.speeds.length) data.speeds = [1];
    this.data = data;
    if (String(before) !== String(data.speeds) || !this.node.speed.options.length) this.node.offer(data.speeds);
    if (!this.chosen) this.node.speed.value = String(this.firstSpeed);
    this.node.label(data.unit);
    this.place(data.at);
    if (data.starts && !this.begun && !still()) this.play();
    this.begun = true;
  }

  // With reduced motion it is slow at first; the learner may still choose a faster one.
  get firstSpeed() {
    const { speeds, speed } = this.data;
    return still() ? Math.min(...speeds) : nearest(speeds, speed);
  }

  get playing() {
    return this.ticker.running;
  }

  get at() {
    return this.owner.where?.() ?? this.data.at;
  }

  get speed() {
    const chosen = Number(this.node.speed.value);
    return still() && !this.chosen ? Math.min(1, chosen) : chosen;
  }

  play() {
    const { steps, loops } = this.data;
    if (!loops && this.at >= steps - 1) this.go(0);
    this.ticker.start(this.speed);
    this.told(true);
  }

  // Also for an owner that sees that the learner has taken over.
  stop() {
    if (!this.playing) return;
    this.ticker.stop();
    this.told(false);
  }

  toggle() {
    if (this.playing) this.stop();
    else this.play();
  }

  /** @param {number} by */
  step(by) {
    this.stop();
    this.go(moved(this.at, by, this.data.steps, this.data.loops));
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => write(this.node.spoken, this.words(this.at)), 250);
  }

  // Space plays and stops, arrows step, Home and End go to the ends. Gives whether the key was one of
  // these, for owners that forward keys.
  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
    const { target } = event;
    const own = target instanceof Element && this.node.root.contains(target) ? target.tagName : "";
    const way = WAYS[event.key];
    // What a button, a list or a range does itself, it does better.
    if (own === "SELECT" || (own === "INPUT" && way) || (own === "BUTTON" && event.key === " ")) return false;
    if (way) this.step(way);
    else if (event.key !== " ") return false;
    else if (!event.repeat) this.toggle();
    event.preventDefault();
    return true;
  }

  // Shows a step without telling the owner.
  /** @param {number} at */
  place(at) {
    const { data, node } = this;
    data.at = clamp(Math.floor(at) || 0, 0, data.steps - 1);
    node.place(data.at, data.steps, this.short(data.at), this.words(data.at));
  }

  destroy() {
    this.ticker.stop();
    this.gone.abort();
    clearTimeout(this.speaking);
    this.node.root.remove();
  }

  /** @param {number} at */
  go(at) {
    const moves = at !== this.at;
    this.place(at);
    if (moves) this.owner.onMove?.(at);
  }

  /** @returns {boolean} whether it goes on */
  tick() {
    const { steps, loops } = this.data;
    this.go(moved(this.at, 1, steps, loops));
    const goes = this.playing && (loops || this.at < steps - 1);
    if (!goes) this.stop();
    return goes;
  }

  /** @param {number} at */
  words(at) {
    return this.owner.words?.(at) ?? this.short(at);
  }

  /** @param {number} at */
  short(at) {
    const { unit, steps, labels } = this.data;
    return `${unit} ${at + 1} of ${steps}${labels[at] ? `: ${labels[at]}` : ""}`;
  }

  /** @param {boolean} playing */
  told(playing) {
    const { play, picture, word } = this.node;
    picture.setAttribute("d", playing ? PAUSE : PLAY);
    write(word, playing ? "Pause" : "Play");
    play.setAttribute("aria-pressed", String(playing));
    this.owner.onPlay?.(playing);
  }
}

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
