// Numbers as a chart writes them.

/** @typedef {import("../data.js").Chart["values"]} Values */

/** @param {number} value */
export const short = (value) => String(+value.toPrecision(6)).replace("-", "−");
/** @param {number} value */
export const count = (value) =>
  value >= 1e7 ? value.toExponential(1) : value >= 100 ? Math.round(value).toLocaleString("en") : short(+value.toPrecision(3));

/** A place on the x axis. @param {number} x */
export const xWords = (x) => (Number.isInteger(x) ? x.toLocaleString("en") : short(x)).replace("-", "−");

/** @param {number | null} value @param {Values} values @param {number} digits */
export function valueWords(value, values, digits) {
  if (value === null) return "beyond all numbers";
  if (values === "percent") return `${(100 * value).toFixed(Math.max(0, digits - 2))} %`.replace("-", "−");
  const words = Math.abs(value) >= 1e6 ? value.toExponential(2) : value.toFixed(digits);
  return words.replace("-", "−");
}
