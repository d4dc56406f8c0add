// Lines differ by more than their colour: by width and dash, and each curve has a mark of its own.
import { CLASSES } from "../../shared/palette.js";

/** @typedef {import("../data.js").ChartCurve} Curve */
/** @typedef {import("../data.js").ChartLine["kind"]} Kind */

/** @type {Record<Kind, { width: number, dash: string }>} */
export const LOOKS = {
  thin: { width: 1.2, dash: "none" },
  thick: { width: 2.2, dash: "7 4" },
  smooth: { width: 2.4, dash: "none" },
  points: { width: 0, dash: "none" },
};
/** @type {[radius: number, draw: (x: number, y: number, r: number) => string][]} */
const MARKS = [
  [3, (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`],
  [2.7, (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`],
  [4, (x, y, r) => `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}z`],
  [3.7, (x, y, r) => `M${x} ${y - r}L${x + r} ${y + 0.8 * r}H${x - r}z`],
  [3.7, (x, y, r) => `M${x} ${y + r}L${x + r} ${y - 0.8 * r}H${x - r}z`],
];
export const RING = 0;
const HOLLOW = 1.4; // times larger, so that its middle is seen

/** @param {number} place @param {number} x @param {number} y @param {boolean} [hollow] */
export function mark(place, x, y, hollow = false) {
  const [radius, draw] = MARKS[place % MARKS.length];
  return draw(+x.toFixed(1), +y.toFixed(1), hollow ? radius * HOLLOW : radius);
}

/** @param {Pick<Curve, "place">} curve */
export const colourOf = ({ place }) => CLASSES[place % CLASSES.length];

/** The name without what follows a colon: enough for a label. @param {Pick<Curve, "name">} curve */
export const brief = ({ name }) => name.split(":")[0];

/** The raw line is pale where a smooth one lies over it. @param {Curve} curve @param {Kind} kind */
export const isPale = ({ lines, role }, kind) =>
  role === "faint" || (kind === "thin" && lines.some((line) => line.kind === "smooth"));

/**
 * Whether every line has a name of its own, so that it needs no name of its curve beside it.
 *
 * @param {readonly Curve[]} curves
 */
export function ownNames(curves) {
  const names = curves.flatMap(({ lines, band }) => [...lines, ...(band ? [band] : [])].map(({ name }) => name));
  return new Set(names).size === names.length;
}
