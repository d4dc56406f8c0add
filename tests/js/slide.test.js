import assert from "node:assert/strict";
import { test } from "node:test";
import { Slide, cross, preview } from "../../assets/components/cnn/conv_view/slide.js";
import { vectors } from "./vectors.js";

for (const data of vectors("convolutions")) {
  const name = `${data.transposed ? "transposed, " : ""}stride ${data.s}, dilation ${data.d}, ` +
    `padding ${data.before + data.crop}, ${data.channels} to ${data.outs}`;

  test(`PyTorch's output: ${name}`, () => {
    assert.deepEqual(preview(data, new Slide(data), data.image, data.kernel), data.output);
  });

  test(`inputs, outputs and entries tell of the same products: ${name}`, () => {
    const slide = new Slide(data);
    const all = (lists, order) =>
      lists.flatMap((pairs, one) => pairs.map(([a, b]) => order(one, a, b).join())).sort();
    const byInput = all(slide.byInput, (i, o, e) => [i, o, e]);
    assert.deepEqual(all(slide.byOutput, (o, i, e) => [i, o, e]), byInput);
    assert.deepEqual(all(slide.byEntry, (e, i, o) => [i, o, e]), byInput);
    assert.equal(byInput.length, data.k * (data.transposed ? data.n : data.m));
  });
}

test("cross pairs every row with every column", () => {
  assert.deepEqual(cross([[1, 2]], [[3, 4], [5, 6]]), [[[1, 2], [3, 4]], [[1, 2], [5, 6]]]);
});
