// After a step was entered, its text and its controls are on screen beside the stage.

const GAP = 8;

/** Scrolls the rail, or on a phone the page, as little as possible. */
export function showStep() {
  const step = document.querySelector(".st-key-step_open");
  const foot = document.querySelector(".st-key-rail_foot");
  const main = document.querySelector('[data-testid="stMain"]');
  const body = document.querySelector(".st-key-rail_body");
  if (!step || !foot || !main || !body) return;
  const scroller = body.scrollHeight > body.clientHeight + 1 ? body : main;
  const top = scroller === body ? body.getBoundingClientRect().top : below(main);
  const bottom = foot.getBoundingClientRect().top;
  const from = step.getBoundingClientRect().top, to = end(step);
  if (to > bottom - GAP || from < top + GAP)
    scroller.scrollBy({ top: Math.min(from - top - GAP, Math.max(to - bottom + GAP, from - top - GAP)) });
}

/** The lower edge of the step's last control, or of its text. @param {Element} step */
function end(step) {
  const controls = document.querySelector(".st-key-rail_inline");
  const { bottom, height } = controls?.getBoundingClientRect() ?? { bottom: 0, height: 0 };
  return height ? Math.max(bottom, step.getBoundingClientRect().bottom) : step.getBoundingClientRect().bottom;
}

// On a phone the stage stays in sight above the rail.
/** @param {Element} main */
function below(main) {
  const stage = document.querySelector(".st-key-stage")?.closest('[data-testid="stColumn"]');
  const rail = document.querySelector(".st-key-rail");
  const above = stage && rail && stage.getBoundingClientRect().right > rail.getBoundingClientRect().left + GAP
    && getComputedStyle(stage).position === "sticky";
  return above ? stage.getBoundingClientRect().bottom : main.getBoundingClientRect().top;
}
