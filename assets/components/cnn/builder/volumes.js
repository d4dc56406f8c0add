// A network as volumes: sides to scale, depth and rows of numbers by their square root.
import { clamp } from "../../shared/words.js";

const SVG = "http://www.w3.org/2000/svg";
const UNIT = 3.2; // pixels of the drawing per pixel of a map
const LEAN = 0.5; // how far the face of a volume leans to the right, and up by half of that
const RISE = 0.24;
const GAP = 11; // between volumes at least
const WIDEST = 54;
const CENTRE = 58;
const HEIGHT = 147;
const CHARACTER = 6.8; // width of a digit
const LARGEST = 1.1; // scale of the drawing

/**
 * @param {string} name @param {Record<string, string | number>} attributes @returns {SVGElement}
 */
function shape(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return /** @type {SVGElement} */ (node);
}

/** @param {number[][]} list */
const points = (list) => list.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");

/** @typedef {{ fill: number, points: number[][] }} Face */

/**
 * @typedef {object} Body
 * @property {number} x
 * @property {number} width
 * @property {number} [side]
 * @property {Face[]} faces
 * @property {(row: number, column: number) => number[]} [at] a point on its face
 */

/**
 * @typedef {object} Drawn a body with what is written below it
 * @property {{ count: number }} [chips] of layers that keep its shape
 * @property {number} [chip] the place of this one among them
 * @property {string} [label]
 * @property {string} [channels]
 * @property {boolean} [bad]
 */

/**
 * @typedef {object} Part
 * @property {number} index of the layer; −1 is the input
 * @property {string} colour
 * @property {string} title
 * @property {number[]} [shape]
 * @property {number[]} [span]
 * @property {boolean} [thin] whether it keeps the shape
 * @property {boolean} [bad] whether it does not fit
 * @property {Uint8Array} [pixels] of the picture that goes in
 */

// One volume of channels × side × side with its left front edge at x; gives its geometry.
/** @param {number} x @param {number[]} shape @returns {Body} */
function volume(x, [channels, side]) {
  const tall = Math.max(side * UNIT, 3);
  const deep = clamp(2.1 * Math.sqrt(channels), 2.5, 46);
  const top = CENTRE - tall / 2 + (tall * RISE) / 2;
  const [dx, dy] = [tall * LEAN, -tall * RISE];
  // A point on the face, in pixels of the map.
  /** @param {number} row @param {number} column */
  const at = (row, column) => [x + deep + (column / side) * dx, top + (row / side) * tall + (column / side) * dy];
  return {
    x, side, at, width: deep + dx,
    faces: [
      { fill: 0.55, points: [[x, top], [x + deep, top], [x + deep, top + tall], [x, top + tall]] },
      { fill: 0.75, points: [[x, top], [x + deep, top], [x + deep + dx, top + dy], [x + dx, top + dy]] },
      { fill: 0.28, points: [at(0, 0), at(0, side), at(side, side), at(side, 0)] },
    ],
  };
}

/** @param {number} x @param {number} count @returns {Body} */
function column(x, count) {
  const tall = clamp(2.4 * Math.sqrt(count), 6, 100);
  const top = CENTRE - tall / 2;
  const box = [[x, top], [x + 8, top], [x + 8, top + tall], [x, top + tall]];
  return { x, width: 8, faces: [{ fill: 0.6, points: box }], at: () => [x + 4, CENTRE] };
}

// Where the bodies of `parts` stand, `gap` apart, and how wide they are together.
/** @param {Part[]} parts @param {number} gap */
function layout(parts, gap) {
  let x = 4;
  /** @type {Body & Drawn | null} */
  let last = null;
  const places = parts.map((part) => {
    /** @type {Body & Drawn} */
    let place;
    if (part.bad) {
      const box = [[x, CENTRE - 30], [x + 26, CENTRE - 30], [x + 26, CENTRE + 30], [x, CENTRE + 30]];
      place = { x, width: 26, faces: [{ fill: 0, points: box }], bad: true };
      x += 26 + gap;
      return place;
    }
    if (part.thin) // a layer that keeps the shape: a chip under the volume that it works on
      return { ...last, faces: [], label: "", chip: last.chips.count++ };
    const [channels, side] = part.shape;
    const flat = part.shape.length === 1;
    const label = flat ? `${channels}` : `${side}×${side}`;
    const wide = Math.max(label.length, flat ? 0 : `${channels}`.length) * CHARACTER;
    const body = flat ? column(0, channels) : volume(0, [channels, side]);
    const start = x + Math.max(0, (wide - body.width) / 2);
    const made = flat ? column(start, channels) : volume(start, [channels, side]);
    place = { ...made, chips: { count: 0 }, label, channels: flat ? "" : `${channels}` };
    x += Math.max(place.width, wide) + gap;
    last = place;
    return place;
  });
  return { places, width: Math.max(x - gap + 4, 60) };
}

// The gap with which the bodies fill the frame.
/** @param {Part[]} parts @param {number} room */
function gapFor(parts, room) {
  const { places, width } = layout(parts, GAP);
  const gaps = places.filter((place) => place.chip === undefined).length - 1;
  return clamp(GAP + (room / LARGEST - width) / Math.max(1, gaps), GAP, WIDEST);
}

// The first of `parts` is the input.
/**
 * @param {SVGSVGElement} svg @param {Part[]} parts @param {number} chosen
 * @param {string} accent @param {(index: number) => void} pick
 */
export function drawVolumes(svg, parts, chosen, accent, pick) {
  /** @type {Element[]} */
  const nodes = [];
  const room = svg.parentElement.clientWidth;
  const { places, width } = layout(parts, gapFor(parts, room));
  let turn = 0;
  places.forEach((place, i) => {
    const part = parts[i];
    if (place.chip === undefined) turn++;
    const group = shape("g", { class: "part" });
    group.style.setProperty("--turn", String(turn));
    const title = shape("title", {});
    title.textContent = part.title;
    group.append(title);
    const on = i === chosen;
    const line = on ? { stroke: accent, "stroke-width": 2.4 } : { stroke: "currentColor", "stroke-width": 0.7 };
    if (place.chip !== undefined) {
      const at = place.x + place.width / 2 - 4.5 * place.chips.count + 9 * place.chip;
      group.append(shape("rect", { x: at, y: CENTRE + 53, width: 7.5, height: 9, rx: 1.5, fill: part.colour, ...line }));
    } else {
      for (const face of place.faces)
        group.append(shape("polygon", { points: points(face.points), fill: part.colour, "fill-opacity": face.fill, ...line, ...(place.bad ? { "stroke-dasharray": "4 3", stroke: accent, "stroke-width": 2 } : {}) }));
      if (part.pixels && place.at) group.append(...inkOn(place, part.pixels));
      if (place.bad) group.append(word(place.x + 13, CENTRE + 4, "?"));
    }
    if (part.index >= 0) group.addEventListener("click", () => pick(part.index));
    nodes.push(group);
  });
  places.forEach((place) => {
    if (!place.label) return;
    const middle = place.x + place.width / 2;
    nodes.push(word(middle, CENTRE + 74, place.label), word(middle, CENTRE + 87, place.channels));
  });
  const span = parts[chosen]?.span;
  if (span?.length) nodes.push(...fieldMarks(places[0], places[chosen], span, accent));
  svg.setAttribute("viewBox", `0 0 ${width.toFixed(0)} ${HEIGHT}`);
  svg.style.width = `${clamp(room, width * 0.98, width * LARGEST)}px`;
  svg.replaceChildren(...nodes);
  const frame = svg.parentElement;
  if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0; // arrow keys scroll it
  else frame.removeAttribute("tabindex");
}

// The ink of a picture on the face of its volume, in four strengths: one path each.
/** @param {Body} place @param {Uint8Array} pixels */
function inkOn({ at, side }, pixels) {
  const paths = ["", "", "", ""];
  pixels.forEach((ink, i) => {
    const strength = Math.ceil((4 * ink) / 255) - 1;
    if (strength < 0) return;
    const [row, column] = [Math.floor(i / side), i % side];
    const box = [at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)];
    paths[strength] += `M${points(box).replaceAll(" ", "L")}Z`;
  });
  return paths.flatMap((d, i) => (d ? [shape("path", { d, fill: "currentColor", "fill-opacity": (i + 1) / 4.6 })] : []));
}

/** @param {number} x @param {number} y @param {string} words */
export function word(x, y, words) {
  const node = shape("text", { x: x.toFixed(1), y });
  node.textContent = words;
  return node;
}

// The receptive field on the input's face, and beams to the number in the middle that has it.
/** @param {Body} input @param {Body} target @param {number[]} span @param {string} accent */
function fieldMarks(input, target, [first, last], accent) {
  const [a, b] = [first, last + 1];
  const corners = [input.at(a, a), input.at(a, b), input.at(b, b), input.at(b, a)];
  const to = target.side ? target.at(Math.floor(target.side / 2) + 0.5, Math.floor(target.side / 2) + 0.5) : target.at(0, 0);
  const pen = { fill: accent, "fill-opacity": 0.28, stroke: accent, "stroke-width": 1.6, "pointer-events": "none" };
  const marks = [shape("polygon", { points: points(corners), ...pen })];
  for (const from of [corners[1], corners[2]])
    marks.push(shape("line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1], stroke: accent, "stroke-width": 1, "stroke-opacity": 0.8, "pointer-events": "none" }));
  marks.push(shape("circle", { cx: to[0], cy: to[1], r: 2, fill: accent, "pointer-events": "none" }));
  return marks;
}
