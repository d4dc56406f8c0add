// A filter on a picture, computed here while a number is dragged: PyTorch's sums in float32, in its
// order and with one rounding per product and sum, so that even the last bit is the same (on a grey
// picture PyTorch adds in an order of its own, so fractions may differ there in that bit); and the
// ways to show them, as in dl101_core/filters.
import { scale } from "./colours.js";
import { clamp, round } from "./words.js";

/** @typedef {import("./kernel.js").Rows} Rows */
/** @typedef {"zeros" | "reflect" | "replicate" | "circular"} Mode of padding */
/** @typedef {"clipped" | "absolute" | "stretched" | "signed"} View how results become colours */
/** @typedef {[weight: number, place: number]} Tap */

/**
 * @typedef {object} Filter
 * @property {Rows} rows
 * @property {number} dilation
 * @property {number} stride
 * @property {number} pad
 * @property {Mode} mode
 * @property {number} divisor
 * @property {number} bias
 */

export const float = Math.fround;
/** @param {Rows} rows */
export const sumOf = (rows) => round(rows.flat().reduce((a, b) => a + b, 0), 3);

// The divisor of "normalise": filters.kernels.weight.
/** @param {Rows} rows */
export function weightOf(rows) {
  const positive = rows.flat().reduce((a, b) => a + Math.max(b, 0), 0);
  return Math.abs(sumOf(rows)) || round(positive, 3) || 1;
}

// The place from which a place outside the picture is read; -1 is a zero.
/** @param {number} place @param {number} size @param {Mode} mode */
export function source(place, size, mode) {
  if (place >= 0 && place < size) return place;
  if (mode === "zeros") return -1;
  if (mode === "replicate") return clamp(place, 0, size - 1);
  if (mode === "circular") return ((place % size) + size) % size;
  return place < 0 ? -place : 2 * (size - 1) - place; // reflect, once at most
}

// 256 colours of the signed scale, −255 first, each as one 32-bit pixel.
/** @param {Stops} stops */
export function signedTable(stops) {
  const colour = scale(stops);
  return Uint32Array.from({ length: 256 }, (_, level) => {
    const [r, g, b] = colour(level / 255);
    return (255 << 24) | (b << 16) | (g << 8) | r;
  });
}

// Adds three products to each number of a line: three at a time, because each pass takes time.
/**
 * @param {Float32Array} line @param {Float32Array} plane @param {number} from @param {number} stride
 * @param {Tap} one @param {Tap} two @param {Tap} three
 */
function addThree(line, plane, from, stride, [w0, p0], [w1, p1], [w2, p2]) {
  for (let x = 0, at = from; x < line.length; x++, at += stride) {
    const first = float(line[x] + w0 * plane[at + p0]);
    const second = float(first + w1 * plane[at + p1]);
    line[x] = second + w2 * plane[at + p2];
  }
}

export class Preview {
  /** @param {Pick<ImageData, "width" | "height" | "data">} image @param {number} channels */
  constructor(image, channels) {
    const count = image.width * image.height;
    this.imageWidth = image.width;
    this.imageHeight = image.height;
    this.channels = channels;
    this.padWidth = this.padHeight = this.width = this.height = 0;
    this.values = new Float32Array(0);
    this.low = this.high = this.outside = 0;
    /** @type {Float32Array[]} */
    this.padded = [];
    this.planes = Array.from({ length: channels }, (_, c) =>
      Float32Array.from({ length: count }, (_, i) => image.data[i * 4 + c]));
    this.frame = "";
  }

  // Whether PyTorch accepts the padding and the kernel fits at least once.
  /** @param {Pick<Filter, "rows" | "dilation" | "pad" | "mode">} filter */
  fits({ rows, dilation, pad, mode }) {
    const shorter = Math.min(this.imageWidth, this.imageHeight);
    if (mode === "reflect" && pad >= shorter) return false;
    if (mode === "circular" && pad > shorter) return false;
    return shorter + 2 * pad >= dilation * (rows.length - 1) + 1;
  }

  /** @param {Pick<Filter, "pad" | "mode">} filter */
  pad({ pad, mode }) {
    const frame = `${pad} ${mode}`;
    if (this.frame === frame) return;
    this.frame = frame;
    const { imageWidth: w, imageHeight: h } = this;
    this.padWidth = w + 2 * pad;
    this.padHeight = h + 2 * pad;
    const columns = Int32Array.from({ length: this.padWidth }, (_, x) => source(x - pad, w, mode));
    this.padded = this.planes.map((plane) => {
      const wide = new Float32Array(this.padWidth * this.padHeight);
      for (let y = 0, at = 0; y < this.padHeight; y++) {
        const row = source(y - pad, h, mode);
        for (let x = 0; x < this.padWidth; x++, at++)
          if (row >= 0 && columns[x] >= 0) wide[at] = plane[row * w + columns[x]];
      }
      return wide;
    });
  }

  // Sets width, height, values (one plane after the other), low, high and outside.
  /** @param {Filter} filter */
  run(filter) {
    this.pad(filter);
    const { rows, dilation, stride, padWidth } = this.look(filter);
    /** @type {Tap[]} */
    const taps = rows.flatMap((row, u) =>
      row.map((weight, v) => /** @type {Tap} */ ([float(weight), (u * padWidth + v) * dilation])));
    const used = taps.filter(([weight]) => weight !== 0);
    while (used.length % 3 || !used.length) used.push([0, 0]);
    const [divisor, bias] = [float(filter.divisor), float(filter.bias)];
    this.values.fill(0);
    let [low, high, outside] = [Infinity, -Infinity, 0];
    this.padded.forEach((plane, c) => {
      for (let y = 0; y < this.height; y++) {
        const at = (c * this.height + y) * this.width;
        const line = this.values.subarray(at, at + this.width);
        for (let t = 0; t < used.length; t += 3)
          addThree(line, plane, y * stride * padWidth, stride, used[t], used[t + 1], used[t + 2]);
        for (let x = 0; x < line.length; x++) {
          const value = float(float(line[x] / divisor) + bias);
          if (value < low) low = value;
          if (value > high) high = value;
          if (value < 0 || value > 255) outside++;
          line[x] = value;
        }
      }
    });
    Object.assign(this, { low, high, outside });
  }

  /** @param {Filter} filter */
  look({ rows, dilation, stride }) {
    const reach = dilation * (rows.length - 1) + 1;
    this.width = Math.floor((this.padWidth - reach) / stride) + 1;
    this.height = Math.floor((this.padHeight - reach) / stride) + 1;
    const count = this.width * this.height * this.channels;
    if (this.values.length !== count) this.values = new Float32Array(count);
    return { rows, dilation, stride, padWidth: this.padWidth };
  }

  // filters.shown.show, as pixels for a canvas.
  /** @param {View} view @param {Uint32Array} table */
  picture(view, table) {
    if (view === "signed") return this.signed(this.values, table);
    const { values, width, height } = this;
    const count = width * height;
    const image = new ImageData(width, height);
    const { data } = image;
    const stretch = view === "stretched";
    const [from, by] = stretch ? [float(this.low), float(255 / (this.high - this.low || 1))] : [0, 1];
    for (let c = 0; c < 3; c++) {
      const start = this.channels === 1 ? 0 : c * count;
      for (let i = 0; i < count; i++) {
        let value = values[start + i];
        if (stretch) value = float(float(value - from) * by);
        else if (view === "absolute" && value < 0) value = -value;
        data[i * 4 + c] = value <= 0 ? 0 : value >= 255 ? 255 : float(value + 0.5) | 0;
      }
    }
    for (let i = 3; i < data.length; i += 4) data[i] = 255;
    return image;
  }

  // Mean over the channels as a colour: filters.shown.signed.
  /** @param {Float32Array} values @param {Uint32Array} table */
  signed(values, table) {
    const count = this.width * this.height;
    const image = new ImageData(this.width, this.height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let i = 0; i < count; i++) {
      let mean = values[i];
      for (let c = 1; c < this.channels; c++) mean = float(mean + values[c * count + i]);
      if (this.channels > 1) mean = float(mean / this.channels);
      const level = float(float(mean + 255) / 2);
      pixels[i] = table[level <= 0 ? 0 : level >= 255 ? 255 : float(level + 0.5) | 0];
    }
    return image;
  }

  // After minus before; null when the sizes differ, since pixels do not match then.
  /** @param {Uint32Array} table */
  difference(table) {
    if (this.width !== this.imageWidth || this.height !== this.imageHeight) return null;
    const count = this.width * this.height;
    const values = new Float32Array(this.values.length);
    let [low, high] = [Infinity, -Infinity];
    for (let i = 0; i < values.length; i++) {
      values[i] = this.values[i] - this.planes[Math.floor(i / count)][i % count];
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    return { image: this.signed(values, table), low, high };
  }
}
