// How wide each lesson of a chapter is, in columns: rows of four columns without a hole.

const COLUMNS = 4;

/** For each lesson its columns, 1 or 2, and whether it begins and ends a row. */
/** @param {number} count @returns {{ span: number, first: boolean, last: boolean }[]} */
export function spans(count) {
  const rows = Math.ceil(count / COLUMNS);
  const spare = rows * COLUMNS - count;
  return Array.from({ length: rows }, (_, row) => {
    // Later rows take more of the spare columns; the first lessons of a row are the wide ones.
    const wide = Math.floor((spare + row) / rows);
    return rowOf(wide, count === 1 ? 1 : COLUMNS - wide);
  }).flat();
}

/** @param {number} wide @param {number} count */
const rowOf = (wide, count) => Array.from({ length: count }, (_, i) => (
  { span: i < wide ? 2 : 1, first: i === 0, last: i === count - 1 }));
