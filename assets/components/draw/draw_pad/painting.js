// Paints a drawing on the canvas, at the pixels of the screen.
import { SIZE } from "./strokes.js";

/** @typedef {import("./strokes.js").Stroke} Stroke */
/** @typedef {import("./strokes.js").Point} Point */

const PEN = 14; // width of the line, units

/**
 * @typedef {object} Look
 * @property {string} [paper]
 * @property {string} [ink]
 * @property {string} [faint] ink of an example
 * @property {string} [accent] of the pen that keys move
 */

export class Painting {
  /** @type {Look} */
  look = {};

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.brush = canvas.getContext("2d");
  }

  fit() {
    const { canvas } = this;
    const side = Math.max(1, Math.round(canvas.clientWidth * (window.devicePixelRatio || 1)));
    if (canvas.width !== side) canvas.width = canvas.height = side;
  }

  /** @param {Stroke[]} strokes @param {Stroke[]} example behind them */
  paint(strokes, example) {
    const { brush, look } = this;
    const scale = this.canvas.width / SIZE;
    brush.setTransform(scale, 0, 0, scale, 0, 0);
    brush.fillStyle = look.paper ?? "#fff";
    brush.fillRect(0, 0, SIZE, SIZE);
    for (const stroke of example) this.line(stroke, look.faint ?? "#c6dbef");
    for (const stroke of strokes) this.line(stroke, look.ink ?? "#08306b");
  }

  /** @param {Stroke} points @param {string} colour */
  line(points, colour) {
    const { brush } = this;
    brush.strokeStyle = brush.fillStyle = colour;
    brush.lineWidth = PEN;
    brush.lineCap = brush.lineJoin = "round";
    brush.beginPath();
    points.forEach(([x, y], i) => (i ? brush.lineTo(x, y) : brush.moveTo(x, y)));
    if (points.length === 1) brush.lineTo(points[0][0] + 0.01, points[0][1]);
    brush.stroke();
  }

  /** @param {Point} at @param {boolean} down */
  pen(at, down) {
    const { brush } = this;
    brush.lineWidth = 2;
    brush.strokeStyle = brush.fillStyle = this.look.accent ?? "#d55e00";
    brush.beginPath();
    brush.arc(at[0], at[1], PEN / 2 + 2, 0, 7);
    if (down) brush.fill();
    else brush.stroke();
  }
}
