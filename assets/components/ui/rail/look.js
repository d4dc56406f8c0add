// "Look here": shows the part of the stage that a sentence talks about.

const MARK = /#look-([a-z0-9_-]+)$/;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const RING = "3px solid light-dark(#b35900, #ffb27a)";
const SECONDS = 3;
const TAKES_OVER = ["wheel", "touchmove", "keydown", "pointerdown"];
/** Ends the following of a spot. */
let leave = () => {};
/** @type {{ spot: HTMLElement, outline: string, offset: string, timer: number } | null} */
let ring = null;

/** The mark in a link's address. @param {string | null} href */
export function markOf(href) {
  return MARK.exec(href ?? "")?.[1] ?? "";
}

/**
 * Scrolls to the spot, if it is out of sight, and draws a ring around it for a while; whether it
 * was found.
 *
 * @param {string} mark
 */
export function lookAt(mark) {
  if (!mark) return false;
  const spot = find(mark);
  if (!spot) return false;
  reveal(spot);
  surround(spot);
  return true;
}

/**
 * Keeps the spot in sight while the stage gets its size, until the learner takes over.
 *
 * @param {string} mark
 */
export function follow(mark) {
  leave();
  const stage = document.querySelector(".st-key-stage");
  if (!stage) return;
  const grown = new ResizeObserver(() => {
    const spot = find(mark);
    if (spot) reveal(spot);
  });
  const timer = setTimeout(() => leave(), 1000 * SECONDS);
  leave = () => {
    grown.disconnect();
    clearTimeout(timer);
    for (const event of TAKES_OVER) removeEventListener(event, leave);
  };
  for (const event of TAKES_OVER) addEventListener(event, leave, { passive: true });
  grown.observe(stage);
}

/**
 * The element with the mark `data-spot`, also in the shadow roots of parts, or Streamlit's element
 * of this key.
 *
 * @param {string} mark
 * @returns {HTMLElement | null}
 */
export function find(mark) {
  const stage = document.querySelector(".st-key-stage") ?? document.body;
  return within(stage, `[data-spot~="${mark}"]`) ?? within(stage, `.st-key-${mark}`);
}

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement | null} */
function within(root, selector) {
  for (const found of root.querySelectorAll(selector))
    if (found instanceof HTMLElement && found.getClientRects().length) return found;
  for (const host of root.querySelectorAll(".stBidiComponent *")) {
    const found = host.shadowRoot && within(host.shadowRoot, selector);
    if (found) return found;
  }
  return null;
}

// A spot that is in sight stays where it is. (Not by scrollIntoView: the next Tab would start there.)
/** @param {HTMLElement} spot */
function reveal(spot) {
  const high = spot.getBoundingClientRect().height > innerHeight / 2;
  for (let up = around(spot); up; up = around(up)) {
    if (!/auto|scroll/.test(getComputedStyle(up).overflow)) continue;
    const box = spot.getBoundingClientRect(), frame = up.getBoundingClientRect();
    const top = high ? box.top - frame.top : way(box.top - frame.top, box.bottom - frame.bottom);
    up.scrollBy({ top, left: way(box.left - frame.left, box.right - frame.right), behavior: "instant" });
  }
}

/** @param {Element} one @returns {Element | null} what is around it, also outside a part */
function around(one) {
  const root = one.getRootNode();
  return one.assignedSlot ?? one.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
}

// How far to scroll: nothing, if both edges are in sight. `before`: negative if the first is not.
/** @param {number} before @param {number} after */
function way(before, after) {
  return before < 0 ? before : Math.max(0, Math.min(before, after));
}

/** @param {HTMLElement} spot */
function surround(spot) {
  release();
  const { outline, outlineOffset } = spot.style;
  ring = { spot, outline, offset: outlineOffset, timer: setTimeout(release, 1000 * SECONDS) };
  Object.assign(spot.style, { outline: RING, outlineOffset: "2px" });
  if (!CALM.matches)
    spot.animate([{ outlineOffset: "12px" }, { outlineOffset: "2px" }], { duration: 400, easing: "ease-out" });
}

function release() {
  if (!ring) return;
  clearTimeout(ring.timer);
  Object.assign(ring.spot.style, { outline: ring.outline, outlineOffset: ring.offset });
  ring = null;
}
