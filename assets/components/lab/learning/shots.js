// The pictures of a run, as they came with its stream: what each one shows, and what it leaves to an earlier one.
import { snapshot } from "../../shared/snapshots.js";

/** @typedef {import("../../shared/snapshots.js").Snapshot} Snapshot */
/** @typedef {import("../../shared/snapshots.js").Tensor} Tensor */
/**
 * @typedef {object} Seen the network after `step` updates
 * @property {number} step
 * @property {ArrayLike<number>} guess the class of each image of the strip
 * @property {ArrayLike<number>} sure its probability
 * @property {{ weights: Tensor, top: number } | null} filters `(weight - 128) / 127 * top`
 * @property {{ step: number, counts: ArrayLike<number>, size: number } | null} table row: truth, column: answer
 */

export class Shots {
  /** What came, which grows. @type {unknown[]} */
  told = [];
  /** @type {(Snapshot | null)[]} */
  read = [];

  /** @param {unknown[]} told */
  take(told) {
    if (told !== this.told) this.read = [];
    this.told = told;
    this.read.length = Math.min(this.read.length, told.length);
  }

  get count() {
    return this.told.length;
  }

  get labels() {
    return this.told.map((shot) => (Array.isArray(shot) ? `step ${shot[0]}` : ""));
  }

  /** @param {number} at @returns {Snapshot | null} */
  shot(at) {
    return (this.read[at] ??= snapshot(this.told[at]));
  }

  /** The number of the last picture up to `step`. @param {number} step */
  upTo(step) {
    let at = this.count - 1;
    while (at > 0 && (this.shot(at)?.step ?? Infinity) > step) at--;
    return Math.max(0, at);
  }

  /** What the picture shows; null if this version of the page does not understand it. */
  /** @param {number} at @returns {Seen | null} */
  at(at) {
    const shot = this.shot(at), guess = shot?.arrays.guess, sure = shot?.arrays.sure;
    if (!guess || sure?.values.length !== guess.values.length) return null;
    return { step: shot.step, guess: guess.values, sure: sure.values, filters: this.filters(at), table: this.table(at) };
  }

  /** @param {number} at @param {string} name the last picture up to `at` with this array */
  last(at, name) {
    for (let i = at; i >= 0; i--) if (this.shot(i)?.arrays[name]) return this.shot(i);
    return null;
  }

  /** @param {number} at @returns {Seen["filters"]} */
  filters(at) {
    const { filters, top } = this.last(at, "filters")?.arrays ?? {};
    return filters?.shape.length === 3 && top?.values.length === 1 ? { weights: filters, top: top.values[0] } : null;
  }

  /** @param {number} at @returns {Seen["table"]} */
  table(at) {
    const shot = this.last(at, "confusion"), counts = shot?.arrays.confusion;
    const size = counts?.shape[0];
    return counts && counts.values.length === size * size ? { step: shot.step, counts: counts.values, size } : null;
  }
}
