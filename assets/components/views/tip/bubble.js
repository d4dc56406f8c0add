// The bubble of a tip: one for many terms, which may be any elements of a view.
import { formula, roles } from "./formula.js";
import { outside, placed } from "./place.js";

/** @typedef {import("../data.js").TipLine} Line */
/** @typedef {Partial<Line>} Given */

const OPENS = 120; // ms that a mouse rests on a term
const CLOSES = 250; // ms for the way from the term to the bubble
let made = 0;

export class Bubble {
  /** @type {Map<HTMLElement, () => Given[]>} */
  terms = new Map();
  /** @type {HTMLElement | null} */
  term = null; // whose bubble is open
  pinned = false; // opened by focus or a press: stays until these end
  timer = 0;
  frame = 0;
  whole = new AbortController();
  /** @type {AbortController | null} */
  opened = null; // ends what the open bubble listens to

  /** @param {HTMLElement} host in the same document, or shadow root, as the terms */
  constructor(host) {
    this.node = document.createElement("div");
    this.node.className = "tip-bubble";
    this.node.id = `tip-${++made}`;
    this.node.setAttribute("role", "tooltip");
    this.node.hidden = true;
    if ("popover" in this.node) this.node.popover = "manual"; // above all else, cut off by nothing
    host.append(this.node);
    const { signal } = this.whole;
    this.node.addEventListener("pointerenter", () => clearTimeout(this.timer), { signal });
    this.node.addEventListener("pointerleave", (event) => this.left(event), { signal });
  }

  // `lines()` is asked whenever the bubble opens. Gives a function that ends it.
  /** @param {HTMLElement} term @param {() => Given[]} lines */
  attach(term, lines) {
    this.terms.set(term, lines);
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, this.whole.signal]);
    term.addEventListener("pointerenter", (event) => this.entered(event, term), { signal });
    term.addEventListener("pointerleave", (event) => this.left(event), { signal });
    // Not for a press, which also gives focus.
    term.addEventListener("focusin", () => term.matches(":focus-visible") && this.open(term, true), { signal });
    term.addEventListener("focusout", () => this.term === term && this.close(), { signal });
    term.addEventListener("click", () => {
      if (this.term === term && this.pinned) this.close();
      else this.open(term, true);
    }, { signal });
    return () => {
      end.abort();
      this.terms.delete(term);
      if (this.term === term) this.close();
    };
  }

  /** @param {PointerEvent} event @param {HTMLElement} term */
  entered(event, term) {
    if (event.pointerType === "touch") return;
    clearTimeout(this.timer);
    if (this.term !== term) this.timer = setTimeout(() => this.open(term, false), OPENS);
  }

  /** @param {PointerEvent} event */
  left(event) {
    if (event.pointerType === "touch") return;
    clearTimeout(this.timer);
    if (!this.pinned) this.timer = setTimeout(() => this.close(), CLOSES);
  }

  /** @param {HTMLElement} term @param {boolean} pinned */
  open(term, pinned) {
    clearTimeout(this.timer);
    if (this.term === term) {
      this.pinned ||= pinned;
      return;
    }
    this.close();
    const lines = this.terms.get(term)?.() ?? [];
    if (!lines.length) return;
    Object.assign(this, { term, pinned });
    this.fill(lines);
    this.node.hidden = false;
    this.node.showPopover?.();
    term.setAttribute("aria-describedby", [term.getAttribute("aria-describedby"), this.node.id].filter(Boolean).join(" "));
    this.listen();
    this.place();
  }

  close() {
    clearTimeout(this.timer);
    if (!this.term) return;
    const others = (this.term.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id !== this.node.id);
    if (others.length) this.term.setAttribute("aria-describedby", others.join(" "));
    else this.term.removeAttribute("aria-describedby");
    this.term = null;
    this.opened.abort();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (this.node.isConnected) this.node.hidePopover?.();
    this.node.hidden = true;
  }

  // The lines of the open term have changed.
  refresh() {
    const lines = this.term && this.terms.get(this.term)?.();
    if (!lines) return;
    if (!lines.length) return this.close();
    this.fill(lines);
    this.place();
  }

  listen() {
    this.opened = new AbortController();
    const { signal } = this.opened;
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation(); // what is around it stays open
      this.close();
    }, { signal, capture: true });
    document.addEventListener("pointerdown", (event) => {
      const path = event.composedPath();
      if (!path.includes(this.term) && !path.includes(this.node)) this.close();
    }, { signal, capture: true });
    const soon = () => (this.frame ||= requestAnimationFrame(() => this.place()));
    addEventListener("scroll", soon, { signal, capture: true, passive: true });
    addEventListener("resize", soon, { signal });
  }

  place() {
    this.frame = 0;
    const room = { width: document.documentElement.clientWidth, height: innerHeight };
    const term = this.term.getBoundingClientRect();
    if (!this.term.isConnected || outside(term, room)) return this.close();
    const { left, top } = placed(term, this.node.getBoundingClientRect(), room);
    this.node.style.left = `${left}px`;
    this.node.style.top = `${top}px`;
  }

  /** @param {Given[]} lines */
  fill(lines) {
    const known = new Set(lines.flatMap((line) => (line.formula ? roles(line.formula) : [])));
    this.node.replaceChildren(...lines.map(lineNode));
    if (known.size) this.node.append(legend([...known]));
  }

  destroy() {
    this.close();
    this.whole.abort();
    this.node.remove();
  }
}

/** @param {Given} line */
function lineNode(line) {
  const node = document.createElement("p");
  if (line.words) node.append(line.words);
  if (line.words && line.formula) node.append(" ");
  if (line.formula) node.append(formula(line.formula, line.spoken));
  return node;
}

// What the colours and lines mean.
/** @param {string[]} known */
function legend(known) {
  const node = document.createElement("p");
  node.className = "tip-legend";
  node.setAttribute("aria-hidden", "true"); // it tells about looks
  for (const role of known) {
    const word = document.createElement("span");
    word.className = `role ${role}`;
    word.textContent = role;
    node.append(word, " ");
  }
  return node;
}
