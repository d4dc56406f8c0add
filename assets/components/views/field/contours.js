// Lines of one value through a grid: marching squares, and then segments joined to lines.

/** @typedef {[x: number, y: number]} Spot in cells: the middle of the first cell is (0, 0) */

// The grid gets a rim of half a cell, on which the outermost values stay: so lines reach the edge.
// A cell with a value that is no number has no line.
/**
 * @param {ArrayLike<number>} values row by row
 * @param {number} width @param {number} height @param {number} level
 * @returns {Spot[][]} a closed line ends where it began
 */
export function contours(values, width, height, level) {
  const wide = width + 2;
  const over = rimmed(values, width, height, level);
  /** @type {Map<number, Spot>} */
  const spots = new Map();
  /** @type {[number, number][]} */
  const segments = [];
  // Every side of a cell has a number: 2 · corner, + 1 if it goes up.
  /** @type {(row: number, column: number, up: 0 | 1) => number} */
  const side = (row, column, up) => {
    const corner = row * wide + column;
    const key = 2 * corner + up;
    if (!spots.has(key)) {
      const share = crossing(over[corner], over[corner + (up ? wide : 1)]);
      const [x, y] = [place(column, width), place(row, height)];
      const [right, above] = [place(column + 1 - up, width), place(row + up, height)];
      spots.set(key, [x + share * (right - x), y + share * (above - y)]);
    }
    return key;
  };
  for (let row = 0; row <= height; row++) {
    for (let column = 0; column <= width; column++) {
      const i = row * wide + column;
      const a = over[i], b = over[i + 1], c = over[i + wide + 1], d = over[i + wide];
      const kind = (a >= 0 ? 1 : 0) + (b >= 0 ? 2 : 0) + (c >= 0 ? 4 : 0) + (d >= 0 ? 8 : 0);
      if (kind === 0 || kind === 15 || !Number.isFinite(a + b + c + d)) continue;
      const sides = [0, 0, 0, 0];
      for (const [from, to] of cut(kind, a + b + c + d >= 0)) {
        for (const one of [from, to]) {
          sides[one] = one === 1 ? side(row, column + 1, 1) : one === 3 ? side(row, column, 1) : side(row + one / 2, column, 0);
        }
        segments.push([sides[from], sides[to]]);
      }
    }
  }
  return joined(segments).map((line) => line.map((key) => spots.get(key)));
}

// How far the values lie above the level, with the rim.
/** @param {ArrayLike<number>} values @param {number} width @param {number} height @param {number} level */
function rimmed(values, width, height, level) {
  const over = new Float64Array((width + 2) * (height + 2));
  for (let row = 0, i = 0; row < height + 2; row++) {
    const from = Math.max(0, Math.min(height - 1, row - 1)) * width;
    for (let column = 0; column < width + 2; column++) {
      over[i++] = values[from + Math.max(0, Math.min(width - 1, column - 1))] - level;
    }
  }
  return over;
}

/** @type {(index: number, count: number) => number} */
const place = (index, count) => Math.max(-0.5, Math.min(count - 0.5, index - 1));
/** @type {(from: number, to: number) => number} */
const crossing = (from, to) => (from === to ? 0.5 : from / (from - to));

// Which sides (0 below, 1 right, 2 above, 3 left) a line joins, by the corners that lie above the level.
// Two opposite corners: the mean decides whether they belong together.
/** @type {(kind: number, middle: boolean) => [number, number][]} */
function cut(kind, middle) {
  if (kind === 5) return middle ? [[0, 1], [2, 3]] : [[3, 0], [1, 2]];
  if (kind === 10) return middle ? [[3, 0], [1, 2]] : [[0, 1], [2, 3]];
  const low = kind > 7 ? 15 - kind : kind;
  return [/** @type {[number, number]} */ ({ 1: [3, 0], 2: [0, 1], 3: [3, 1], 4: [1, 2], 6: [0, 2], 7: [3, 2] }[low])];
}

/** @param {[number, number][]} segments */
function joined(segments) {
  /** @type {Map<number, number[]>} */
  const ends = new Map();
  segments.forEach((segment, i) => {
    for (const end of segment) {
      const found = ends.get(end);
      if (found) found.push(i);
      else ends.set(end, [i]);
    }
  });
  const used = new Set();
  /** @type {number[][]} */
  const lines = [];
  /** @param {number} first @param {number} start */
  const follow = (first, start) => {
    const line = [start];
    for (let i = first; i !== undefined && !used.has(i); ) {
      used.add(i);
      const [a, b] = segments[i];
      const next = a === line[line.length - 1] ? b : a;
      line.push(next);
      i = ends.get(next).find((one) => !used.has(one));
    }
    lines.push(line);
  };
  // First the lines that end at the rim, from their ends; what remains is closed.
  for (const [end, [first, second]] of ends) if (second === undefined && !used.has(first)) follow(first, end);
  segments.forEach(([start], i) => used.has(i) || follow(i, start));
  return lines;
}
