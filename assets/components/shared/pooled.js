// How a window becomes one number, written out. `null` is padding; large windows go row by row.
// Needs words.js.

const bracket = (value) => (value < 0 ? `(${text(value)})` : text(value));
const total = (values) => values.reduce((sum, value) => sum + value, 0);

function maximum(rows) {
  const lines = rows.map((row) => row.filter((value) => value !== null)).filter((row) => row.length);
  const parts = lines.length > 3 ? lines.map((row) => Math.max(...row)) : lines.flat();
  const lead = lines.length > 3 ? "rows’ maxima: " : "";
  return { words: `${lead}max(${parts.map((value) => text(value)).join(", ")})`, exact: true };
}

function average(rows, k, counted) {
  const cells = rows.flat();
  const count = counted ? cells.length : cells.filter((value) => value !== null).length;
  const parts = k > 3 ? rows.map(total) : cells.map((value) => value ?? 0);
  const lead = k > 3 ? "rows’ sums: " : "";
  const sum = parts.map(bracket).join(" + ");
  return { words: `${lead}(${sum}) / ${count} = ${text(total(cells))} / ${count}`, exact: parts.every(exact) };
}

function root(rows, k) {
  const cells = rows.flat();
  const squares = total(cells.map((value) => value * value));
  const parts = k > 3
    ? rows.map((row) => text(total(row.map((value) => value * value))))
    : cells.map((value) => `${bracket(value ?? 0)}²`);
  const lead = k > 3 ? "rows’ sums of squares: " : "";
  // PyTorch's mean of the squares times k²: the same unless the window hangs over the edge.
  const whole = cells.length === k * k;
  const scaled = whole ? "" : `${k * k}/${cells.length}·`;
  const under = text((squares * k * k) / cells.length, 4);
  return { words: `${lead}√(${scaled}${whole ? parts.join(" + ") : `(${parts.join(" + ")})`}) = √${under}`, exact: true };
}
