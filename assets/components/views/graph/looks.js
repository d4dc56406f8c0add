// Where one looks in a network: the lit unit or edge, by pointer, finger, focus and arrow keys.
import { activeIn, clamp } from "../../shared/words.js";
import { set } from "../../shared/dom.js";
import { nearestEdge } from "./layout.js";
import { placeOf } from "./nodes.js";

/** @typedef {{ kind: "unit", layer: number, unit: number }} LitUnit */
/** @typedef {{ kind: "edge", gap: number, from: number, to: number }} LitEdge */
/** @typedef {LitUnit | LitEdge} Lit */

export class Looks {
  /** @param {import("./view.js").Graph} view */
  constructor(view) {
    this.view = view;
    /** @type {Lit | null} */
    this.lit = null;
    const { stage } = view;
    stage.addEventListener("pointermove", (event) => this.point(event));
    stage.addEventListener("pointerdown", (event) => this.point(event));
    stage.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && this.leave());
    stage.addEventListener("focusin", (event) => this.focus(/** @type {HTMLElement} */ (event.target)));
    stage.addEventListener("focusout", () => this.light(null));
    stage.addEventListener("keydown", (event) => this.key(event));
    stage.addEventListener("click", (event) => {
      const node = /** @type {Element} */ (event.target).closest(".unit");
      if (node) view.onPick(...placeOf(/** @type {HTMLElement} */ (node)));
    });
  }

  /** @param {PointerEvent} event */
  point(event) {
    const target = /** @type {Element} */ (event.target);
    const node = /** @type {HTMLElement | null} */ (target.closest(".unit"));
    if (node) return this.unit(node);
    const { layout, folds, weights } = this.view;
    if (!layout || target !== this.view.canvas) return this.light(null);
    const found = nearestEdge(layout.spots, layout.size, { x: event.offsetX, y: event.offsetY });
    if (!found || !weights[found.gap]) return this.light(null);
    const { gap, from, to } = found;
    return this.light({ kind: "edge", gap, from: folds[gap].units[from], to: folds[gap + 1].units[to] });
  }

  // The node that has the focus, if one has it.
  focused() {
    return this.view.nodes().find((node) => node === activeIn(node)) ?? null;
  }

  // What has the focus stays lit when the mouse goes.
  leave() {
    const node = this.focused();
    if (node) this.unit(node);
    else this.light(null);
  }

  /** @param {HTMLElement} node */
  unit(node) {
    const [layer, unit] = placeOf(node);
    this.light({ kind: "unit", layer, unit });
  }

  /** @param {Lit | null} lit */
  light(lit) {
    if (JSON.stringify(lit) === JSON.stringify(this.lit)) return;
    this.lit = lit;
    this.view.frame.ask();
  }

  /** @param {HTMLElement} target */
  focus(target) {
    const nodes = this.view.nodes();
    const index = nodes.findIndex((node) => node === target);
    if (index < 0) return;
    for (const node of nodes) node.tabIndex = node === target ? 0 : -1;
    this.unit(nodes[index]);
  }

  // One node, and one only, can be reached by Tab; what is lit must still be there.
  keep() {
    const nodes = this.view.nodes();
    const kept = nodes.find((node) => node.tabIndex === 0) ?? nodes[0];
    for (const node of nodes) node.tabIndex = node === kept ? 0 : -1;
    const focused = this.focused();
    if (focused) this.unit(focused);
    else this.lit = null;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const node = this.focused();
    if (!node) return;
    const { folds, layout } = this.view;
    const [layer, unit] = placeOf(node);
    const slot = folds[layer].units.indexOf(unit);
    const last = folds[layer].units.length - 1;
    const to = { ArrowUp: [layer, slot - 1], ArrowDown: [layer, slot + 1], Home: [layer, 0], End: [layer, last],
      ArrowLeft: [layer - 1, -1], ArrowRight: [layer + 1, -1] }[event.key];
    if (!to) return;
    event.preventDefault();
    const spots = layout.spots[to[0]];
    if (!spots?.length) return;
    const next = to[1] < 0 && to[0] !== layer ? nearest(spots, layout.spots[layer][slot].y) : clamp(to[1], 0, last);
    this.at(to[0], folds[to[0]].units[next])?.focus();
  }

  /** @param {number} layer @param {number} unit */
  at(layer, unit) {
    return this.view.nodes().find((node) => placeOf(node).join() === `${layer},${unit}`);
  }

  // Whether an edge belongs to what is lit.
  /** @param {number} gap @param {number} from @param {number} to */
  lights(gap, from, to) {
    const { lit } = this;
    if (!lit) return false;
    if (lit.kind === "edge") return lit.gap === gap && lit.from === from && lit.to === to;
    return (lit.layer === gap && lit.unit === from) || (lit.layer === gap + 1 && lit.unit === to);
  }

  // Dims the units that the lit one has nothing to do with.
  apply() {
    for (const node of this.view.nodes()) {
      const far = this.lit !== null && !this.near(...placeOf(node));
      const name = node.className.replace(" far", "");
      set(node, "class", far ? `${name} far` : name);
    }
  }

  /** @param {number} layer @param {number} unit */
  near(layer, unit) {
    const { lit } = this;
    if (lit.kind === "unit") return Math.abs(layer - lit.layer) === 1 || (layer === lit.layer && unit === lit.unit);
    return (layer === lit.gap && unit === lit.from) || (layer === lit.gap + 1 && unit === lit.to);
  }
}

/** @param {{ y: number }[]} spots @param {number} y */
function nearest(spots, y) {
  const far = spots.map((spot) => Math.abs(spot.y - y));
  return far.indexOf(Math.min(...far));
}
