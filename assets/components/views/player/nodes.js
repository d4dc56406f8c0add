// The player's buttons, its range and its list of speeds.
import { write } from "../../shared/words.js";

const BACK = "M12 3v10L5 8zM3 3h2v10H3z";
const NEXT = "M4 3v10l7-5zM11 3h2v10h-2z";
export const PLAY = "M4 2.5v11L13 8z";
export const PAUSE = "M4 3h3v10H4zM9 3h3v10H9z";
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} name @param {boolean} short */
export function build(name, short) {
  const root = document.createElement("div");
  root.className = short ? "player short" : "player";
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", name);
  const [back] = button("back", BACK, "Step back");
  const [play, picture] = button("play", PLAY);
  const [next] = button("next", NEXT, "Step forward");
  play.setAttribute("aria-pressed", "false");
  const word = span("word", "Play");
  play.append(" ", word);
  const speed = document.createElement("select");
  speed.className = "speed";
  speed.setAttribute("aria-label", "Speed");
  const scrub = document.createElement("input");
  Object.assign(scrub, { type: "range", className: "scrub", min: "0", step: "1" });
  const where = span("where", "");
  where.setAttribute("aria-hidden", "true"); // the range says it
  const spoken = span("spoken", "");
  root.append(back, play, next, speed);
  if (!short) root.append(scrub, where, spoken);
  if (!short) spoken.setAttribute("role", "status");

  return {
    root, back, play, picture, next, word, speed, scrub, spoken,
    /** @param {number[]} speeds */
    offer(speeds) {
      speed.hidden = speeds.length < 2;
      speed.replaceChildren(...speeds.map((one) => new Option(`${one} a second`, String(one))));
    },
    /** @param {string} unit */
    label(unit) {
      scrub.setAttribute("aria-label", unit.charAt(0).toUpperCase() + unit.slice(1));
      speed.title = `${unit}s a second`;
    },
    /** @param {number} at @param {number} steps @param {string} seen @param {string} told */
    place(at, steps, seen, told) {
      if (short) return;
      if (scrub.max !== String(steps - 1)) scrub.max = String(steps - 1);
      if (scrub.value !== String(at)) scrub.value = String(at);
      scrub.setAttribute("aria-valuetext", told);
      write(where, seen);
    },
  };
}

/** @param {string} name @param {string} path @param {string} [label] @returns {[HTMLButtonElement, SVGPathElement]} */
function button(name, path, label) {
  const node = document.createElement("button");
  node.type = "button";
  node.className = name;
  if (label) node.setAttribute("aria-label", label);
  if (label) node.title = label;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const picture = document.createElementNS(SVG, "path");
  picture.setAttribute("d", path);
  svg.append(picture);
  node.append(svg);
  return [node, picture];
}

/** @param {string} name @param {string} words */
function span(name, words) {
  const node = document.createElement("span");
  node.className = name;
  write(node, words);
  return node;
}
