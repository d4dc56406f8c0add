// Lines between units: thickness is the size of the weight, colour and dashes are its sign.

/** @typedef {import("./layout.js").Spot} Spot */
/** @typedef {{ from: Spot, to: Spot, weight: number, lit: boolean, look: boolean }} Line */
/** @typedef {{ plus: string, minus: string, look: string }} Inks */

const THIN = 0.75;
const THICK = 6;
const FAINT = 0.1;
const OPAQUE = 0.8;

/** @param {number} weight @param {number} largest */
export const thickness = (weight, largest) =>
  THIN + (THICK - THIN) * (largest > 0 ? Math.min(1, Math.abs(weight) / largest) : 0);

/**
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height @param {number} size of a unit
 * @param {Line[]} lines @param {number} largest @param {boolean} some whether some lines are lit
 * @param {Inks} inks
 */
export function drawEdges(canvas, width, height, size, lines, largest, some, inks) {
  const ratio = globalThis.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  // The lit ones last, above the others.
  const order = some ? [...lines.filter((line) => !line.lit), ...lines.filter((line) => line.lit)] : lines;
  for (const line of order) {
    if (!Number.isFinite(line.weight)) continue;
    const strong = thickness(line.weight, largest);
    if (line.look) stroke(pen, line, size, inks.look, strong + 8, some && !line.lit ? FAINT : 0.4, []);
    const dashes = line.weight < 0 ? [4 + strong, 3 + strong / 2] : [];
    const ink = line.weight < 0 ? inks.minus : inks.plus;
    stroke(pen, line, size, ink, strong, some && !line.lit ? FAINT : OPAQUE, dashes);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen @param {Line} line @param {number} size
 * @param {string} ink @param {number} wide @param {number} opacity @param {number[]} dashes
 */
function stroke(pen, { from, to }, size, ink, wide, opacity, dashes) {
  const [start, end] = [from.x + size / 2, to.x - size / 2];
  const middle = (start + end) / 2;
  pen.globalAlpha = opacity;
  pen.strokeStyle = ink;
  pen.lineWidth = wide;
  pen.setLineDash(dashes);
  pen.beginPath();
  pen.moveTo(start, from.y);
  pen.bezierCurveTo(middle, from.y, middle, to.y, end, to.y);
  pen.stroke();
}
