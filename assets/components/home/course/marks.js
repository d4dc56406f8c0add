// Small signs: a tick, an arrow.
import { draw, set } from "../../shared/dom.js";

/** @param {Element} host @param {string} name @param {string} d */
function sign(host, name, d) {
  const node = draw(host, "svg", `sign ${name}`);
  set(node, "viewBox", "0 0 24 24");
  set(node, "aria-hidden", "true");
  set(draw(node, "path"), "d", d);
}

/** @param {Element} host */
export const tick = (host) => sign(host, "tick", "M5 12.5l5 5 9-10");
/** @param {Element} host */
export const arrow = (host) => sign(host, "arrow", "M5 12h14M13 6l6 6-6 6");
