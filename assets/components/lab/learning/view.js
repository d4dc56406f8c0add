// Learning made visible: images that turn from wrong to right, the first weights, the table of mistakes.
// A scrubber moves all to any picture that the run has shown; at its end, it follows the newest.
import { add } from "../../shared/dom.js";
import { write } from "../../shared/words.js";
import { Player } from "../../views/player/view.js";
import { Filters } from "./filters.js";
import { Matrix } from "./matrix.js";
import { Shots } from "./shots.js";
import { Strip } from "./strip.js";

/** @typedef {import("./strip.js").Images} Images */
/** @typedef {{ above: HTMLElement, time: HTMLElement, below: HTMLElement }} Hosts around the curves */

const QUIET_MS = 4000; // between two sentences for a screen reader, while a run trains
const SPEEDS = [5, 10, 20];

export class Learning {
  /** @param {Hosts} hosts @param {(step: number | null) => void} moved to a step; null: to the newest */
  constructor({ above, time, below }, moved) {
    this.hosts = { above, time, below };
    this.moved = moved;
    this.shots = new Shots();
    this.headline = add(above, "p", "headline");
    this.strip = new Strip(above);
    this.spoken = add(above, "p", "spoken");
    this.spoken.setAttribute("role", "status");
    this.filters = new Filters(below);
    this.matrix = new Matrix(below);
    this.player = new Player(time, {
      name: "Time of the run", onMove: (at) => this.go(at), words: (at) => `step ${this.shots.shot(at)?.step ?? 0}`,
    });
    /** @type {string | null} */
    this.run = null;
    this.at = 0;
    this.follows = true;
    this.plays = false;
    this.waiting = 0;
    this.said = -Infinity;
    /** @type {Images | null} */
    this.images = null;
  }

  /**
   * The images of the run on show; null if they are not known. `plays`: whether the pictures play once.
   *
   * @param {string | null} run @param {Images | null} images @param {boolean} [plays]
   */
  show(run, images, plays = false) {
    if (!plays && this.plays) this.player.stop();
    this.plays = plays;
    if (run !== this.run) Object.assign(this, { run, follows: true, said: -Infinity });
    this.images = images;
    if (images) this.strip.show(images);
    this.later();
  }

  /** @param {unknown[]} told all pictures so far */
  take(told) {
    this.shots.take(told);
    if (this.follows) this.at = Math.max(0, this.shots.count - 1);
    this.later();
  }

  /** To the picture of a step that was chosen in a curve. @param {number} step */
  pick(step) {
    if (!this.shots.count) return;
    this.player.stop();
    this.go(this.shots.upTo(step));
  }

  /** @param {number} at */
  go(at) {
    this.at = at;
    this.follows = at >= this.shots.count - 1;
    this.moved(this.follows ? null : (this.shots.shot(at)?.step ?? null));
    this.later();
  }

  /** At most one drawing a frame, whatever comes. */
  later() {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  draw() {
    const { shots, images } = this, seen = images && shots.count ? shots.at(Math.min(this.at, shots.count - 1)) : null;
    for (const host of Object.values(this.hosts)) host.hidden = !seen;
    if (!seen || !images) return;
    const right = this.strip.read(seen);
    const steps = seen.step === 1 ? "1 step" : `${seen.step.toLocaleString("en")} steps`;
    const words = `${seen.step ? `After ${steps}` : "Before the first step"} it reads ${right} of ${images.labels.length} unseen images right.`;
    write(this.headline, words);
    this.headline.dataset.shots = String(shots.count);
    this.filters.show(seen.filters, images.classes);
    this.matrix.show(seen.table, images.classes);
    const { steps: known, at } = this.player.data;
    if (known !== shots.count || at !== this.at) {
      this.player.show({
        steps: shots.count, at: this.at, unit: "picture", labels: shots.labels, speeds: SPEEDS, speed: 10, starts: this.plays,
      });
    }
    this.tell(words);
  }

  /** @param {string} words */
  tell(words) {
    const now = performance.now();
    if (now - this.said < QUIET_MS) return;
    this.said = now;
    write(this.spoken, words);
  }

  destroy() {
    cancelAnimationFrame(this.waiting);
    this.player.destroy();
  }
}
