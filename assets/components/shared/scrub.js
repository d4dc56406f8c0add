// A number field that can be dragged: right or up is more, left or down is less. A press without a
// move, or Tab, starts typing; the arrow keys change the number by one, with Shift by a tenth.
import { clamp } from "./words.js";

const PIXELS_PER_STEP = 3;
/** @param {number} value */
export const thousandths = (value) => Math.round(value * 1000) / 1000;

// `step()` is one step of dragging; `changed()` follows each move, `rested()` the end of a drag.
/**
 * @param {HTMLInputElement} input
 * @param {{ step(): number, typed(): void, changed(): void, rested(): void }} told
 */
export function scrub(input, { step, typed, changed, rested }) {
  /** @type {{ id: number, x: number, y: number, moved: boolean, from: number, step: number } | null} */
  let press = null;
  const limit = Number(input.max);
  /** @param {number} value */
  const set = (value) => {
    const next = clamp(thousandths(value), -limit, limit);
    if (Number(input.value) === next && input.value !== "") return false;
    input.value = String(next);
    return true;
  };
  input.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    press = {
      id: event.pointerId, x: event.clientX, y: event.clientY, moved: false,
      from: Number(input.value) || 0, step: step(),
    };
    input.setPointerCapture(event.pointerId);
  });
  // Only a press without a move gives focus; a drag should not select text or open a keyboard.
  input.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("pointermove", (event) => {
    if (press?.id !== event.pointerId) return;
    const way = event.clientX - press.x - (event.clientY - press.y);
    if (!press.moved && Math.abs(event.clientX - press.x) + Math.abs(event.clientY - press.y) < 4) return;
    if (!press.moved) input.classList.add("dragged");
    press.moved = true;
    const steps = Math.trunc(way / PIXELS_PER_STEP);
    const value = press.from + steps * press.step;
    if (set(steps ? Math.round(value / press.step) * press.step : press.from)) changed();
  });
  /** @param {PointerEvent} event */
  const end = (event) => {
    if (press?.id !== event.pointerId) return;
    const { moved } = press;
    press = null;
    input.classList.remove("dragged");
    if (moved) rested();
    else if (event.type === "pointerup") input.focus({ preventScroll: true });
  };
  input.addEventListener("pointerup", end);
  input.addEventListener("pointercancel", end);
  input.addEventListener("focus", () => input.select());
  input.addEventListener("input", typed);
  // step="any" would step by one from the typed value in some browsers only
  input.addEventListener("keydown", (event) => {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    if (set(Number(input.value) + way * (event.shiftKey ? 0.1 : 1))) typed();
  });
}
