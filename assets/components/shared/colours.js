// Values as colours, and a text colour that can be read on them.
import { clamp } from "./words.js";

/** @param {Stops} stops @returns {(share: number) => Rgb} */
export function scale(stops) {
  /** @type {[number, Rgb][]} */
  const parsed = stops.map(([at, hex]) => [at, [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))]);
  return (share) => {
    const at = clamp(share, 0, 1);
    let right = parsed.findIndex(([stop]) => stop >= at);
    right = Math.max(1, right);
    const [low, from] = parsed[right - 1];
    const [high, to] = parsed[right];
    const mix = (at - low) / (high - low);
    return from.map((channel, i) => Math.round(channel + (to[i] - channel) * mix));
  };
}

// Black or white, whichever reads better (contrast at least 4.5 on any colour).
/** @param {Rgb} rgb */
export function ink(rgb) {
  const [r, g, b] = rgb.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

/** @param {HTMLElement & { colour?: string }} cell @param {Rgb} rgb */
export function paintCell(cell, rgb) {
  const colour = `rgb(${rgb})`;
  if (cell.colour === colour) return;
  cell.colour = colour;
  cell.style.backgroundColor = colour;
  cell.style.color = ink(rgb);
}
