// The example writes itself once, as a pen would, until the learner draws.

/** @typedef {import("./strokes.js").Stroke} Stroke */

const WAIT_MS = 350; // until the parts beside the pad are there
const PASS_MS = 1500;

export class Rehearsal {
  share = 1; // of the example's points that are written
  began = 0;
  frame = 0;

  /** @param {(share: number) => void} tell */
  constructor(tell) {
    this.tell = tell;
  }

  begin() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.share = 0;
    this.began = performance.now() + WAIT_MS;
    this.next();
  }

  next() {
    this.frame = requestAnimationFrame((now) => {
      this.share = Math.max(0, Math.min(1, (now - this.began) / PASS_MS));
      this.tell(this.share);
      if (this.share < 1) this.next();
    });
  }

  // What is written of these strokes by now.
  /** @param {Stroke[]} strokes @returns {Stroke[]} */
  part(strokes) {
    return written(strokes, this.share);
  }

  // The learner writes now, or the pad goes.
  end() {
    cancelAnimationFrame(this.frame);
    if (this.share < 1) this.tell(1);
    this.share = 1;
  }
}

/** The first points of the strokes, in their order: `share` of all points. */
/** @param {Stroke[]} strokes @param {number} share @returns {Stroke[]} */
export function written(strokes, share) {
  if (share >= 1) return strokes;
  let left = Math.ceil(share * strokes.reduce((sum, stroke) => sum + stroke.length, 0));
  const found = [];
  for (const stroke of strokes) {
    if (left <= 0) break;
    found.push(stroke.slice(0, left));
    left -= stroke.length;
  }
  return found;
}
