// From the axes' units to shares of the plot's box, and back.
import { text } from "../../shared/words.js";
import { decimals } from "../../shared/numbers.js";

/** @typedef {import("../data.js").FieldAxis} Axis */

export class Plane {
  /** @param {[Axis, Axis]} axes @param {number} columns @param {number} rows @param {number} aspect */
  constructor([x, y], columns, rows, aspect) {
    this.x = x;
    this.y = y;
    this.columns = columns;
    this.rows = rows;
    this.aspect = aspect;
    this.digits = [decimals((x.high - x.low) / 200), decimals((y.high - y.low) / 200)];
  }

  /** @param {number} x */
  across(x) {
    return (x - this.x.low) / (this.x.high - this.x.low);
  }

  // From the top.
  /** @param {number} y */
  down(y) {
    return (this.y.high - y) / (this.y.high - this.y.low);
  }

  /** @param {number} across @param {number} down @returns {[number, number]} */
  at(across, down) {
    const { x, y } = this;
    return [x.low + across * (x.high - x.low), y.high - down * (y.high - y.low)];
  }

  // The middle of a cell; row 0 is at the bottom.
  /** @param {number} row @param {number} column @returns {[number, number]} */
  middle(row, column) {
    return this.at((column + 0.5) / this.columns, 1 - (row + 0.5) / this.rows);
  }

  // The point that looks nearest.
  /**
   * @template {{ x: number, y: number }} Point
   * @param {Point[]} points @param {number} x @param {number} y @returns {Point | undefined}
   */
  nearest(points, x, y) {
    /** @type {Point | undefined} */
    let found;
    let least = Infinity;
    for (const point of points) {
      const right = (this.across(point.x) - this.across(x)) * this.aspect;
      const far = right ** 2 + (this.down(point.y) - this.down(y)) ** 2;
      if (far < least) [found, least] = [point, far];
    }
    return found;
  }

  /** @param {number} x @param {number} y */
  words(x, y) {
    const { digits } = this;
    return `${this.x.label} ${text(x, digits[0])}, ${this.y.label} ${text(y, digits[1])}`;
  }
}
