// Moves a row by its handle, with mouse, pen or finger. The new order is sent when the row is released.

/** @typedef {import("./model.js").Layer} Layer */

export class Drag {
  /** @type {Layer[]} */
  before = []; // the order before the drag
  from = 0;

  /** @param {import("./main.js").Builder} builder */
  constructor(builder) {
    this.builder = builder;
    this.rows = builder.node.rows;
    /** @type {Layer | null} */
    this.layer = null;
    // The list itself never moves, so it holds the pointer.
    this.rows.addEventListener("pointermove", (event) => this.move(event));
    this.rows.addEventListener("pointerup", () => this.drop());
    this.rows.addEventListener("pointercancel", () => this.cancel());
    this.rows.addEventListener("keydown", (event) => { if (event.key === "Escape" && this.layer) this.cancel(); });
  }

  /** @param {PointerEvent} event @param {Layer} layer */
  start(event, layer) {
    if (event.button) return;
    event.preventDefault();
    this.rows.setPointerCapture(event.pointerId);
    this.layer = layer;
    this.before = [...this.builder.layers];
    this.from = this.before.indexOf(layer);
    this.builder.choose(this.from, true);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.layer) return;
    const { layers } = this.builder;
    const now = layers.indexOf(this.layer);
    /** @param {Layer} layer */
    const middle = (layer) => { const box = layer.node.getBoundingClientRect(); return box.top + box.height / 2; };
    const others = layers.filter((layer) => layer !== this.layer);
    const to = others.filter((layer) => middle(layer) < event.clientY).length;
    if (to === now) return;
    layers.splice(to, 0, ...layers.splice(now, 1));
    this.builder.choose(to);
  }

  drop() {
    if (!this.layer) return;
    const { builder, before, layer } = this;
    const after = [...builder.layers];
    this.layer = null;
    if (after.indexOf(layer) === this.from) return builder.render();
    builder.layers = before; // undo needs the order before the drag
    builder.edit(() => { builder.layers = after; }, `Moved to place ${after.indexOf(layer) + 1}`);
  }

  cancel() {
    if (!this.layer) return;
    this.builder.layers = this.before;
    this.layer = null;
    this.builder.choose(this.from);
  }

  stop() {
    this.cancel();
  }
}
