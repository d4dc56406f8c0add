import assert from "node:assert/strict";
import { test } from "node:test";
import { cellsFrom } from "../../assets/components/views/grid/links.js";

test("the outputs that use a cell are those whose window holds it", () => {
  // A window of 2 × 3 with stride 1 over 4 × 6, and a cell without a window.
  const boxes = [];
  for (let r = 0; r < 3; r++) for (let c = 0; c < 4; c++) boxes.push([r, c, 2, 3]);
  boxes.push(null);
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 6; column++) {
      const wanted = [];
      for (let r = 0; r < 3; r++)
        for (let c = 0; c < 4; c++)
          if (row - r >= 0 && row - r < 2 && column - c >= 0 && column - c < 3) wanted.push(4 * r + c);
      assert.deepEqual(cellsFrom(boxes, row, column), wanted);
    }
  }
});
