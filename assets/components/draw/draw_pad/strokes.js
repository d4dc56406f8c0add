// The strokes of a drawing, in pad units: 0 to SIZE, y down. They belong to the browser: a rerun of
// the page's script never moves them.
import { clamp } from "../../shared/words.js";

/** @typedef {number[]} Point x and y */
/** @typedef {Point[]} Stroke */

export const SIZE = 280;
export const MAX_POINTS = 6000;
export const MAX_STROKES = 200;
const STEP = 1.5; // units between two kept points
const LIVE_FROM = 40; // units of line before a first live message: a dot is no digit

export class Strokes {
  /** @type {Stroke[]} */
  all = [];
  /** @type {Stroke | null} */
  current = null; // that is being drawn
  /** @type {Stroke[] | null} */
  undone = null; // what the last clear took away
  fresh = true; // nothing drawn or cleared since `replace`

  /** @param {Stroke[]} strokes @param {boolean} fresh */
  replace(strokes, fresh) {
    Object.assign(this, { all: strokes, fresh, current: null, undone: null });
  }

  get room() {
    return this.all.reduce((sum, stroke) => sum + stroke.length, 0) < MAX_POINTS;
  }

  get full() {
    return !this.room || (!this.current && this.all.length >= MAX_STROKES);
  }

  // Whether there is enough of a drawing to read it while it is drawn.
  get readable() {
    return this.all.length > 1 || longer(this.current, LIVE_FROM);
  }

  /** @param {Point} point */
  begin(point) {
    if (this.full) return false;
    this.undone = null;
    this.fresh = false;
    this.current = [point.map(rounded)];
    this.all.push(this.current);
    return true;
  }

  // Gives whether the point was kept; one that is `always` kept may be near the last.
  /** @param {Point} point @param {boolean} always */
  extend(point, always) {
    const next = point.map(rounded);
    const far = distance(next, this.current.at(-1));
    if (!far || (!always && far < STEP) || !this.room) return false;
    this.current.push(next);
    return true;
  }

  end() {
    this.current = null;
  }

  // Takes the last stroke back, or the last clear.
  undo() {
    if (this.undone) this.all = this.undone;
    else this.all.pop();
    this.undone = null;
  }

  clear() {
    if (this.all.length) this.undone = this.all;
    this.all = [];
    this.fresh = false;
  }
}

/** @param {Stroke[]} strokes */
export const copy = (strokes) => strokes.map((stroke) => stroke.map((point) => [...point]));

/** @param {number} value */
const rounded = (value) => Math.round(clamp(value, 0, SIZE) * 10) / 10;

/** @param {Point} a @param {Point} b */
const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** @param {Stroke} stroke @param {number} least */
function longer(stroke, least) {
  let length = 0;
  return stroke.some((point, i) => (length += i ? distance(point, stroke[i - 1]) : 0) >= least);
}
