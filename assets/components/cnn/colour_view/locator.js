// The whole picture, small, with a frame around the part in use; a drag of the frame counts on release.
import { clamp } from "../../shared/words.js";
import { Marks } from "./marks.js";

/**
 * @typedef {object} Whole
 * @property {string} whole the whole picture as PNG in base64; empty if all of it is in use
 * @property {number} part side of the part in use
 * @property {Place} place of the part
 * @property {number} side of the picture
 * @property {number} last place
 */

export class Locator {
  pitch = 1;
  part = 0;
  last = 0;
  /** @type {Place} */
  place = [0, 0];

  /** @param {HTMLElement} figure @param {(place: Place) => void} send */
  constructor(figure, send) {
    this.figure = figure;
    this.host = figure.querySelector("img");
    this.marks = new Marks(this);
    /** @param {PointerEvent} event */
    const follow = (event) => {
      const box = this.host.getBoundingClientRect();
      /** @type {(place: number, start: number) => number} */
      const at = (place, start) =>
        clamp(Math.round((place - start) / this.pitch - this.part / 2), 0, this.last);
      this.place = [at(event.clientY, box.top), at(event.clientX, box.left)];
      this.mark();
    };
    this.host.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.host.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.host.addEventListener("pointermove", (event) =>
      this.host.hasPointerCapture(event.pointerId) && follow(event));
    this.host.addEventListener("pointerup", () => send(this.place));
  }

  /** @param {Whole} data @param {number} size */
  draw({ whole, part, place, side, last }, size) {
    this.figure.hidden = !whole;
    if (!whole) return;
    const address = `data:image/png;base64,${whole}`;
    if (this.host.src !== address) this.host.src = address;
    this.host.style.width = this.host.style.height = `${size}px`;
    Object.assign(this, { part, place, last, pitch: size / side });
    this.mark();
  }

  mark() {
    this.marks.draw([...this.place, this.part, this.part], "ring");
  }
}
