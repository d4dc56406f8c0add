// A drawing pad: strokes by pointer or keys, painted here, read by the server. See messages.js.
import { say } from "../../shared/bus.js";
import { mount } from "../../shared/mount.js";
import { write } from "../../shared/words.js";
import { Pen } from "./keyboard.js";
import { recall, remember } from "./memory.js";
import { Messages } from "./messages.js";
import { Painting } from "./painting.js";
import { listenToPointer } from "./pointer.js";
import { Rehearsal } from "./rehearsal.js";
import { copy, Strokes } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./strokes.js").Point} Point */

/**
 * @typedef {object} Settings
 * @property {string} name under which the tab keeps the drawing
 * @property {string} token another one means: begin with `start`
 * @property {Stroke[]} start
 * @property {boolean} ghost whether `start` is an example behind an empty pad
 * @property {boolean} [opens] whether the example writes itself, and the pad leaves room on a phone
 * @property {string} hint on an empty pad
 * @property {string} example_hint
 * @property {number} ack the last message that the page's script has read
 * @property {number} live_ms
 * @property {string[]} [networks]
 */
/** @typedef {Partial<Settings> & import("./painting.js").Look} Data */

const FULL = "The pad is full. Undo or Clear makes room.";

export class DrawPad {
  /** @type {Data} */
  data = {};
  /** @type {number | null} */
  pointer = null;
  frameAsked = 0;
  strokes = new Strokes();
  messages = new Messages(this);
  rehearsal = new Rehearsal((share) => this.rehearsed(share));
  stop = new AbortController();

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    /** @type {(selector: string) => HTMLElement} */
    const find = (selector) => root.querySelector(selector);
    this.frame = find(".pad");
    this.canvas = root.querySelector("canvas");
    this.node = { hint: find(".hint"), full: find(".full"), status: find(".status"), late: find(".late"), label: find(".label") };
    this.painting = new Painting(this.canvas);
    this.pen = new Pen(this);
    listenToPointer(this);
    this.on(this.frame, ["click"], (event) => this.pressed(/** @type {HTMLElement} */ (event.target)));
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.canvas);
  }

  // Listens until the pad is taken away.
  /**
   * @template {keyof HTMLElementEventMap} Name
   * @param {HTMLElement} target @param {Name[]} names @param {(event: HTMLElementEventMap[Name]) => void} act
   */
  on(target, names, act) {
    for (const name of names) target.addEventListener(name, act, { signal: this.stop.signal });
  }

  /** @param {Data | null} data @param {{ setStateValue: Send }} send */
  show(data, { setStateValue }) {
    const { messages } = this;
    this.data = this.painting.look = data ?? {};
    messages.send = setStateValue;
    messages.live = this.data.live_ms ?? 0;
    messages.networks = this.data.networks ?? [];
    const forgotten = messages.acknowledge(this.data.ack ?? 0);
    this.frame.dataset.ack = String(messages.acked);
    this.frame.classList.toggle("opens", Boolean(this.data.opens));
    this.node.label.hidden = !this.data.opens;
    if (this.data.token !== messages.token) this.restart();
    else if (forgotten && !this.strokes.fresh) messages.push();
    this.fit();
  }

  restart() {
    const { messages, strokes } = this;
    const { name, token, ghost, start } = this.data;
    const first = messages.token === undefined;
    messages.token = token;
    const kept = first ? recall(name, token) : null;
    strokes.replace(kept ?? (ghost ? [] : copy(start ?? [])), !kept?.length);
    this.pointer = null;
    if (first && this.data.opens && strokes.fresh) this.rehearsal.begin();
    if (!first) messages.push(start);
    else if (!strokes.fresh) messages.push();
  }

  destroy() {
    this.stop.abort();
    this.observer.disconnect();
    this.messages.destroy();
    this.rehearsal.end();
    cancelAnimationFrame(this.frameAsked);
  }

  // What the messages need -----------------------------------------------------------------------

  /** @param {number} seq */
  remember(seq) {
    remember(this.data.name, { token: this.messages.token, strokes: this.strokes.all, seq });
  }

  /** @param {import("./read.js").Answer} answer */
  read(answer) {
    say("dl101-read", answer);
  }

  // Old answers must not look like answers to the present drawing: digit_bars dims its bars.
  /** @param {boolean} overdue */
  overdue(overdue) {
    say("dl101-overdue", overdue);
    write(this.node.late, overdue ? "Waiting for the server." : "");
  }

  /** @param {number} share */
  rehearsed(share) {
    this.paintSoon();
    say("dl101-rehearsed", share);
  }

  // Painting -------------------------------------------------------------------------------------

  fit() {
    this.painting.fit();
    this.paint();
  }

  paintSoon() {
    this.frameAsked ||= requestAnimationFrame(() => {
      this.frameAsked = 0;
      this.paint();
    });
  }

  paint() {
    const { data, node, pen, strokes } = this;
    const empty = !strokes.all.length;
    const example = empty && strokes.fresh && data.ghost;
    this.painting.paint(strokes.all, example ? this.rehearsal.part(data.start ?? []) : []);
    if (pen.shown) this.painting.pen(pen.at, this.drawing);
    node.hint.hidden = !empty;
    write(node.hint, (example ? data.example_hint : data.hint) ?? "");
    node.full.hidden = !strokes.full;
    write(node.full, FULL);
  }

  // Drawing --------------------------------------------------------------------------------------

  get drawing() {
    return Boolean(this.strokes.current);
  }

  /** @param {Point} point */
  begin(point) {
    this.rehearsal.end();
    if (!this.strokes.begin(point)) return this.tell(FULL);
    this.messages.began();
    this.paintSoon();
  }

  /** @param {Point} point @param {boolean} always */
  extend(point, always) {
    if (!this.strokes.extend(point, always)) return;
    if (!this.strokes.room) this.tell(FULL);
    this.paintSoon();
    this.messages.grew();
  }

  end() {
    if (!this.drawing) return;
    this.strokes.end();
    this.paint();
    this.messages.push();
  }

  lift() {
    this.end();
    this.pointer = null;
  }

  undo() {
    this.lift();
    this.strokes.undo();
    this.changed(this.strokes.all.length ? "Last stroke taken back." : "The pad is empty.");
  }

  clear() {
    this.lift();
    this.strokes.clear();
    this.changed("The pad is empty.");
  }

  /** @param {string} words */
  changed(words) {
    this.tell(words);
    this.paint();
    this.messages.push();
  }

  /** @param {string} words */
  tell(words) {
    this.node.status.textContent = words; // the same words again are said again
  }

  /** @param {HTMLElement} target */
  pressed(target) {
    const action = target.closest?.("button")?.dataset.action;
    if (action === "undo") this.undo();
    else if (action === "clear") this.clear();
  }
}

export default mount(DrawPad);
