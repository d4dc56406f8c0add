// Which input cell meets which output cell through which entry of the kernel, along one axis.

/** @typedef {[first: number, second: number]} Pair */

/**
 * @typedef {object} Sizes
 * @property {number} n side of the input
 * @property {number} k side of the kernel
 * @property {number} s stride
 * @property {number} d dilation
 * @property {number} m side of the output
 * @property {number} before rows of padding above
 * @property {number} after rows of padding below
 * @property {number} crop rows of the output that a transposed convolution cuts at each side
 * @property {boolean} transposed
 */

// Places are those of the drawn grids: with the padding around the input, and with the cells that
// the padding of a transposed convolution crops from the output.
export class Slide {
  /** @param {Sizes} sizes */
  constructor({ n, k, s, d, m, before, after, crop, transposed }) {
    this.inputs = n + before + after;
    this.outputs = m + 2 * crop;
    this.byInput = lists(this.inputs); // of [output, entry]
    this.byOutput = lists(this.outputs); // of [input, entry]
    this.byEntry = lists(k); // of [input, output]
    for (let step = 0; step < (transposed ? n : m); step++) {
      for (let entry = 0; entry < k; entry++) {
        const far = step * s + entry * d;
        const [input, output] = transposed ? [step, far] : [far, step];
        this.byInput[input].push([output, entry]);
        this.byOutput[output].push([input, entry]);
        this.byEntry[entry].push([input, output]);
      }
    }
  }
}

/** @type {(count: number) => Pair[][]} */
const lists = (count) => Array.from({ length: count }, () => /** @type {Pair[]} */ ([]));

// Both axes at once: [row pair] × [column pair].
/** @type {(rows: Pair[], columns: Pair[]) => [row: Pair, column: Pair][]} */
export const cross = (rows, columns) =>
  rows.flatMap((row) => columns.map((column) => /** @type {[Pair, Pair]} */ ([row, column])));

// The output of the learner's change, shown at once until PyTorch's numbers replace it.
/**
 * @param {Sizes & { channels: number, outs: number }} data @param {Slide} slide
 * @param {number[]} image @param {number[]} kernel @returns {number[]}
 */
export function preview(data, slide, image, kernel) {
  const { n, k, m, before, crop, channels, outs } = data;
  const output = new Array(outs * m * m).fill(0);
  const inside = slide.byOutput.slice(crop, crop + m).map((pairs) =>
    pairs.map(([i, e]) => [i - before, e]).filter(([i]) => i >= 0 && i < n));
  for (let out = 0; out < outs; out++) {
    for (let channel = 0; channel < channels; channel++) {
      const weights = (out * channels + channel) * k * k;
      const pixels = channel * n * n;
      inside.forEach((rows, r) => inside.forEach((columns, c) => {
        let sum = 0;
        for (const [y, i] of rows)
          for (const [x, j] of columns) sum += image[pixels + y * n + x] * kernel[weights + i * k + j];
        output[(out * m + r) * m + c] += sum;
      }));
    }
  }
  return output;
}
