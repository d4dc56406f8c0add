// Numbers sent as 16-bit integers, and small pictures painted cell by cell.
import { scale } from "./colours.js";
import { clamp } from "./words.js";

/** @param {string} encoded */
export const bytes = (encoded) => Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
/** @param {string} encoded */
export const wholes = (encoded) => new Int16Array(bytes(encoded).buffer);

// The rounded number that the server sent: whole / 10^digits, written without a second rounding.
/** @param {number} whole @param {number} digits */
export function decimal(whole, digits) {
  const value = Number(`${whole}e${-digits}`);
  const size = String(Math.abs(whole)).length;
  const words = whole === 0 ? "0"
    : digits > 6 || digits < 0 ? value.toExponential(size - 1) : value.toFixed(digits);
  return words.replace("-", "−");
}

// 256 colours between the stops.
/** @param {Stops} stops */
export const colourTable = (stops) => {
  const at = scale(stops);
  return Array.from({ length: 256 }, (_, i) => at(i / 255));
};

// One pixel for each cell; the style of the canvas makes it large.
/**
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height
 * @param {(cell: number) => Rgb} colour
 */
export function paintRaster(canvas, width, height, colour) {
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    const [r, g, b] = colour(i);
    image.data.set([r, g, b, 255], 4 * i);
  }
  pen.putImageData(image, 0, 0);
}

// A square outline over a canvas of `width` × `height` cells, in shares of its box.
/**
 * @param {HTMLElement} node
 * @param {number} width @param {number} height
 * @param {number} left @param {number} top @param {number} right @param {number} bottom
 */
export function outline(node, width, height, left, top, right, bottom) {
  node.hidden = false;
  node.style.left = `${(100 * left) / width}%`;
  node.style.top = `${(100 * top) / height}%`;
  node.style.width = `${(100 * (right - left)) / width}%`;
  node.style.height = `${(100 * (bottom - top)) / height}%`;
}

// The cell under the pointer.
/** @param {MouseEvent} event @param {Element} node @param {number} height @param {number} width @returns {Place} */
export function cellAt(event, node, height, width) {
  const box = node.getBoundingClientRect();
  /** @type {(place: number, from: number, length: number, count: number) => number} */
  const at = (place, from, length, count) =>
    clamp(Math.floor(((place - from) / length) * count), 0, count - 1);
  return [at(event.clientY, box.top, box.height, height), at(event.clientX, box.left, box.width, width)];
}
