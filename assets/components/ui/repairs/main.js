// Small repairs of Streamlit's page; dl101_core/ui/repairs.py lists them with their reasons.
import { oneStepPerPage } from "./history.js";
import { isIn, orient } from "./orientation.js";

const PICTURES = '[data-testid^="stBidiComponent"], [data-testid="stPlotlyChart"]';
const FORMULA = ".katex-display";
const SMALLEST = 0.72; // of the size of a formula
const SCROLLING = '.katex-display, [data-testid="stCode"] pre, div:has(> table)';
const NAMELESS = '[data-testid="stToast"]:not([aria-label])';
const SIZES = new ResizeObserver(noteSizes);
const widths = new WeakMap(); // of formulas, at their last measurement
/** @type {Set<HTMLElement>} */
const due = new Set(); // parts to measure: measuring all of them at every change takes 80 ms
let watched = false;
let timer = 0;

/** @type {Part<{ chapter: string, projector: boolean }>} */
export default function ({ data }) {
  oneStepPerPage();
  isIn(data.chapter);
  document.documentElement.toggleAttribute("data-dl101-projector", data.projector);
  noteAll(SCROLLING);
  repair();
  if (!watched) {
    watched = true;
    new MutationObserver(noteChanges).observe(document.body, { childList: true, subtree: true });
    addEventListener("beforeprint", noteWidths);
    // A formula's width changes when its fonts arrive.
    document.fonts.addEventListener("loadingdone", () => { noteAll(FORMULA); soon(); });
  }
}

/** @param {string} kind @param {ParentNode} [within] */
function noteAll(kind, within = document) {
  for (const part of within.querySelectorAll(kind)) note(part);
}

/** @param {Element} part */
function note(part) {
  if (part instanceof HTMLElement) due.add(part);
}

/** @param {MutationRecord[]} changes */
function noteChanges(changes) {
  for (const { target, addedNodes } of changes) {
    const part = target instanceof Element && target.closest(SCROLLING);
    if (part) note(part);
    for (const added of addedNodes) {
      if (!(added instanceof Element)) continue;
      if (added.matches(SCROLLING)) note(added);
      noteAll(SCROLLING, added);
    }
  }
  soon();
}

// A column may get narrower, or a tab open, without a change of elements.
/** @param {ResizeObserverEntry[]} entries */
function noteSizes(entries) {
  for (const { target, contentRect } of entries) {
    const same = widths.get(target) === contentRect.width; // only its font is smaller
    if (!same || !target.matches(FORMULA)) note(target);
    widths.set(target, contentRect.width);
  }
  soon();
}

// Repairs read the layout, so they wait until the frame of the page's change is painted.
function soon() {
  timer ||= setTimeout(repair, 100);
}

function repair() {
  timer = 0;
  repairNavigation();
  orient();
  repairScrolling([...due].filter((part) => part.isConnected));
  due.clear();
  for (const toast of document.querySelectorAll(NAMELESS)) {
    toast.removeAttribute("aria-labelledby"); // it names an element that is not there
    toast.setAttribute("aria-label", "Message");
  }
}

function repairNavigation() {
  const menu = document.querySelector('[data-testid="stSidebarNavItems"]:not([role])');
  if (!menu) return;
  menu.setAttribute("role", "group");
  for (const item of menu.querySelectorAll("li")) item.setAttribute("role", "none");
}

// First all reads, then all writes: each change from writing to reading lays out the whole page.
/** @param {HTMLElement[]} parts */
function repairScrolling(parts) {
  fit(parts.filter((part) => part.matches(FORMULA)));
  const scrolls = parts.map(
    (part) => part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight);
  parts.forEach((part, i) => {
    if (scrolls[i]) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
    SIZES.observe(part);
  });
}

// On paper a picture keeps its layout of the screen, made smaller (in style.css).
function noteWidths() {
  for (const part of document.querySelectorAll(PICTURES)) {
    if (part instanceof HTMLElement) part.style.setProperty("--dl101-width", String(Math.max(1, Math.ceil(part.getBoundingClientRect().width))));
  }
}

// A formula that is a little too wide for its column gets a smaller font; a wider one scrolls.
/** @param {HTMLElement[]} formulas */
function fit(formulas) {
  for (const formula of formulas) formula.style.fontSize = "";
  const shares = formulas.map((formula) => formula.clientWidth / formula.scrollWidth);
  formulas.forEach((formula, i) => {
    if (shares[i] < 1) formula.style.fontSize = `${Math.max(SMALLEST, Math.floor(98 * shares[i]) / 100)}em`;
  });
}
