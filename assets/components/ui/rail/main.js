// The rail of a lesson in the browser: the open step's controls, its spot, and what is done.
import { controlsRule } from "./inline.js";
import { follow, lookAt, markOf } from "./look.js";
import { note, read } from "./progress.js";
import { showStep } from "./reach.js";

/**
 * @typedef {object} Rail
 * @property {string} page its name in the link
 * @property {number} step index of the open one
 * @property {number} steps
 * @property {number[]} done of this session
 * @property {string} look mark of the spot on the stage
 * @property {string[]} controls of the open step
 * @property {number} phase of a step that asks first
 */

const STYLE = document.createElement("style");
/** The step on show: page, number and phase. */
let shown = "";
/** @type {Rail | null} */
let rail = null;

/** @type {Part<Rail>} */
export default function ({ data }) {
  rail = data;
  if (!STYLE.isConnected) {
    document.head.append(STYLE);
    document.addEventListener("click", pointAgain);
    document.addEventListener("keydown", turnPage);
    addEventListener("resize", () => show()); // a phone was turned
  }
  STYLE.textContent = controlsRule(data.page, data.controls);
  document.documentElement.dataset.rail = data.page;
  tick(data);
  const step = `${data.page} ${data.step} ${data.phase}`;
  if (step === shown) return;
  shown = step;
  show();
}

// The stage may be drawn a little later than the rail: look for the spot during one second, and
// keep it in sight while the stage still grows.
function show() {
  const step = shown;
  let frames = 60;
  requestAnimationFrame(function again() {
    if (!rail || step !== shown) return;
    document.querySelector(".st-key-step_open")?.setAttribute("aria-live", "polite");
    const found = lookAt(rail.look);
    showStep();
    if (!found && rail.look && frames-- > 0) requestAnimationFrame(again);
    if (found) follow(rail.look);
  });
}

// A pointing word of the text shows its spot once more.
/** @param {MouseEvent} event */
function pointAgain(event) {
  const link = event.target instanceof Element && event.target.closest("a");
  const look = link && markOf(link.getAttribute("href"));
  if (!look || !link.closest(".st-key-rail")) return;
  event.preventDefault();
  lookAt(look);
}

// A presenter's remote control sends Page Up and Page Down.
/** @param {KeyboardEvent} event */
function turnPage(event) {
  const key = { PageDown: "rail_next", PageUp: "rail_back" }[event.key];
  if (!key || !new URLSearchParams(location.search).has("projector")) return;
  const button = document.querySelector(`.st-key-${key} button:not(:disabled)`);
  if (!(button instanceof HTMLElement)) return;
  event.preventDefault();
  button.click();
}

/** @param {Rail} told */
function tick(told) {
  const done = note(told.page, told.done, told.steps);
  for (let step = 0; step < told.steps; step++) {
    const title = document.querySelector(`.st-key-step_${step + 1}`);
    title?.toggleAttribute("data-done", done.includes(step));
    title?.querySelector("button")?.setAttribute("aria-description", done.includes(step) ? "done" : "");
  }
  document.querySelector(".st-key-step_open")?.toggleAttribute("data-done", done.includes(told.step));
}

// React draws the titles again and drops the marks: they come back with the next frame.
new MutationObserver(() => rail && read(rail.page) && tickSoon())
  .observe(document.body, { childList: true, subtree: true });
let soon = 0;
function tickSoon() {
  soon ||= requestAnimationFrame(() => {
    soon = 0;
    if (rail) tick(rail);
  });
}
