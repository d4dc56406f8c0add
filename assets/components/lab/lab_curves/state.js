// The state line over the charts.
import { write } from "../../shared/words.js";

/** @typedef {{ line?: string, share?: number | null, state?: string }} State */

/** @type {Record<string, string>} */
const SPOKEN = { queued: "The run waits.", running: "The run is training.", paused: "The run is paused." };

/** @param {ShadowRoot | HTMLElement} root @param {State} now */
export function sayState(root, { line = "", share = null, state = "" }) {
  const bar = /** @type {HTMLElement} */ (root.querySelector(".bar"));
  /** @type {HTMLElement} */ (root.querySelector(".state")).hidden = !line;
  write(root.querySelector(".words"), line);
  bar.hidden = share === null;
  bar.querySelector("i").style.width = `${100 * (share ?? 0)}%`;
  bar.setAttribute("aria-valuenow", String(Math.round(100 * (share ?? 0))));
  bar.setAttribute("aria-valuetext", line);
  // Only a change of state is spoken, not every step.
  const spoken = /** @type {HTMLElement} */ (root.querySelector(".spoken"));
  if (spoken.dataset.state !== state) {
    spoken.textContent = spoken.dataset.state ? (SPOKEN[state] ?? "") : "";
    spoken.dataset.state = state;
  }
}

/** After Start, scroll to what learns, if neither the images nor the curve are in sight. */
/** @param {ShadowRoot | HTMLElement} root */
export function comeIntoView(root) {
  const lab = /** @type {HTMLElement} */ (root.querySelector(".lab"));
  for (const shown of lab.querySelectorAll(".headline, figure")) {
    const { top, bottom, height } = shown.getBoundingClientRect();
    if (height && top >= 0 && bottom <= innerHeight) return;
  }
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  /** @type {HTMLElement} */
  const top = document.querySelector(".st-key-steering") ?? lab; // buttons, later the result
  top.style.scrollMarginTop = "4.5rem"; // below Streamlit's header
  top.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}
