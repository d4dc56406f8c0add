// Data as a chart needs it: what is missing in older data gets its usual value, what is no number goes.

/** @typedef {import("../data.js").Chart} Data */
/** @typedef {import("../data.js").ChartCurve} Curve */
/** @typedef {import("../data.js").ChartLine} Line */

/** @type {Data} */
const USUAL = {
  title: "", x_label: "step", y_label: "", values: "number", empty: "No points yet", curves: [], levels: [],
  start: 0, total: null, scale: "auto", wild: 10, low: null, high: null, cursor: null,
};

/** @param {unknown} value @returns {value is number} */
const finite = (value) => Number.isFinite(value);
/** @template T @param {T[] | undefined | null} some @returns {T[]} */
const list = (some) => (Array.isArray(some) ? some : []);
/** @param {number | null | undefined} value */
const orNull = (value) => (finite(value) ? value : null);

/** @param {Partial<Data> | null | undefined} data @returns {Data} */
export function sound(data) {
  const whole = { ...USUAL, ...data };
  return {
    ...whole,
    curves: list(whole.curves).filter((one) => one && Array.isArray(one.lines)).map(curve),
    levels: list(whole.levels).filter((one) => finite(one?.y)),
    start: finite(whole.start) ? whole.start : 0,
    wild: finite(whole.wild) && whole.wild > 0 ? whole.wild : USUAL.wild,
    total: orNull(whole.total), low: orNull(whole.low), high: orNull(whole.high), cursor: orNull(whole.cursor),
  };
}

/** @param {Partial<Curve>} one @returns {Curve} */
function curve(one) {
  const { name, place, lines, band, bracket, marks, broke, role } = one;
  const area = list(band?.points).filter((point) => list(point).length === 3 && point.every(finite));
  return {
    name: name ?? "",
    place: Number.isInteger(place) && place >= 0 ? place : 0,
    lines: list(lines).filter((each) => Array.isArray(each?.points)).map(line),
    band: area.length ? { name: band.name ?? "", points: area } : null,
    bracket: bracket && finite(bracket.low) && finite(bracket.high) ? bracket : null,
    marks: list(marks).filter((mark) => finite(mark?.x)),
    broke: orNull(broke),
    role: role ?? "main",
  };
}

/** @param {Partial<Line>} one @returns {Line} */
function line({ name, points, kind, marks }) {
  const usable = points.every(isPoint) ? points : points.filter(isPoint);
  return { name: name ?? "", points: usable, kind: kind ?? "thin", marks: marks ?? false };
}

/** @param {[number, number | null]} point */
const isPoint = (point) => Array.isArray(point) && finite(point[0]) && (point[1] === null || finite(point[1]));
