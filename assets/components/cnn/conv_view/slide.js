// Which input cell meets which output cell through which entry of the kernel, along one axis.

// Places are those of the drawn grids: with the padding around the input, and with the cells that
// the padding of a transposed convolution crops from the output.
export class Slide {
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

const lists = (count) => Array.from({ length: count }, () => []);

// Both axes at once: [row pair] × [column pair].
export const cross = (rows, columns) => rows.flatMap((row) => columns.map((column) => [row, column]));

// The output of the learner's change, shown at once until PyTorch's numbers replace it.
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
