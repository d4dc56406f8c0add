// Which cells of a target come from a cell of its source.

/** @typedef {[row: number, column: number, rows: number, columns: number]} Box */

/** Numbers of the cells whose box holds the source's cell. @param {(Box | null)[]} boxes @param {number} row @param {number} column */
export function cellsFrom(boxes, row, column) {
  return boxes.flatMap((box, cell) => (box && holds(box, row, column) ? [cell] : []));
}

/** @param {Box} box @param {number} row @param {number} column */
function holds([top, left, rows, columns], row, column) {
  return row >= top && row < top + rows && column >= left && column < left + columns;
}
