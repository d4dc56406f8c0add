// The editor of the chosen layer: its type, its numbers, and where its counts come from.
import { activeIn, clamp, write } from "../../shared/words.js";
import { named, newLayer, option } from "./model.js";

const SAME_EDIT = 900; // ms in which steps of one field are undone together
const TYPED_MS = 400; // rest after which a typed number counts

/** @typedef {import("./model.js").Option} Option */

export class Editor {
  /** @type {{ one: Option, input: HTMLInputElement } | null} */
  typed = null; // what is not settled yet
  last = ""; // layer and option of the last edit
  at = 0; // when that was
  shown = ""; // the kind whose fields are shown
  said = ""; // the sums that are shown
  resting = 0;

  /** @param {import("./main.js").Builder} builder */
  constructor(builder) {
    this.builder = builder;
    this.node = builder.node.inspector;
    /** @type {HTMLSelectElement} */
    this.kind = this.node.querySelector(".kind");
    /** @type {(name: string) => HTMLElement} */
    const find = (name) => this.node.querySelector(`.${name}`);
    /** @type {(name: string) => HTMLButtonElement} */
    const button = (name) => this.node.querySelector(`.${name}`);
    this.fields = find("fields");
    this.how = find("how");
    this.range = find("range");
    this.up = button("up");
    this.down = button("down");
    this.kind.onchange = () => this.become(this.kind.value);
    this.up.onclick = () => builder.move(builder.chosen, builder.chosen - 1);
    this.down.onclick = () => builder.move(builder.chosen, builder.chosen + 1);
    button("copy").onclick = () => builder.copy(builder.chosen);
    button("remove").onclick = () => builder.remove(builder.chosen);
  }

  setUp() {
    this.kind.append(...[...this.builder.kinds.values()].map((kind) => option(kind.word, kind.title)));
  }

  get layer() {
    return this.builder.layers[this.builder.chosen];
  }

  // Another type; values of options that both types have stay.
  /** @param {string} word */
  become(word) {
    const fresh = newLayer(this.builder.kinds.get(word));
    const old = this.layer;
    /** @type {(a: string, b: string) => boolean} */
    const alike = (a, b) => a === b || (a.endsWith("pool") && b.endsWith("pool"));
    this.builder.edit(() => {
      if (alike(old.word, word)) fresh.values = { ...old.values };
      Object.assign(old, { word, values: fresh.values });
    }, `Layer ${this.builder.chosen + 1} is now ${this.builder.kinds.get(word).title}`);
  }

  /** @param {Option} one @param {number | "same"} value */
  set(one, value) {
    this.say("");
    const { values } = this.layer;
    if (values[one.letter] === value) return;
    const now = performance.now();
    const edited = `${this.builder.chosen} ${one.letter}`;
    const quiet = this.last === edited && now - this.at < SAME_EDIT;
    this.builder.edit(() => {
      const follows = this.builder.kinds.get(this.layer.word).options.find((other) => other.kernel);
      if (follows && one.letter === "" && values[follows.letter] === values[""]) values[follows.letter] = value;
      values[one.letter] = value;
    }, "", quiet);
    [this.last, this.at] = [edited, now];
  }

  // A typed number counts after a rest or when the field loses focus: 1 may become 12.
  /** @param {Option} one @param {HTMLInputElement} input */
  type(one, input) {
    clearTimeout(this.resting);
    this.typed = { one, input };
    this.resting = setTimeout(() => {
      if (input.checkValidity()) this.settle();
      else if (input.value !== "") this.say(`${one.title} goes from ${one.low} to ${one.high}.`);
    }, TYPED_MS);
  }

  settle() {
    clearTimeout(this.resting);
    const { typed } = this;
    this.typed = null;
    this.say("");
    if (!typed || typed.input.value === "") return;
    const { one, input } = typed;
    const wanted = Math.round(Number(input.value));
    const value = clamp(wanted, one.low, one.high);
    this.set(one, value);
    if (value !== wanted) this.say(`${one.title} goes from ${one.low} to ${one.high}: ${value} is taken.`);
  }

  /** @param {string} words */
  say(words) {
    write(this.range, words);
    if (words) write(this.builder.node.live, words);
  }

  render() {
    const { layer } = this;
    this.node.hidden = !layer;
    if (!layer) return;
    const kind = this.builder.kinds.get(layer.word);
    this.kind.value = layer.word;
    this.up.disabled = this.builder.chosen === 0;
    this.down.disabled = this.builder.chosen === this.builder.layers.length - 1;
    if (this.shown !== layer.word) {
      this.shown = layer.word;
      this.fields.replaceChildren(...kind.options.map((one) => this.field(one)));
    }
    const held = activeIn(this.node);
    kind.options.forEach((one, i) => this.fill(this.fields.children[i], one, layer.values[one.letter], held));
    const pairs = layer.row?.how || [];
    const words = JSON.stringify(pairs);
    if (this.said !== words) {
      this.said = words;
      this.how.replaceChildren(...pairs.flatMap(([name, sum]) => [named("dt", "", name), named("dd", "", sum)]));
    }
    this.how.style.opacity = this.builder.stale ? "0.45" : "1";
  }

  /** @param {Option} one */
  field(one) {
    if (one.letter === "c") return this.check(one.title, (on) => this.set(one, on ? 1 : 0));
    const node = named("div", "field", "");
    const label = named("label", "", one.title);
    const stepper = named("span", "stepper", "");
    const input = document.createElement("input");
    const id = `field-${one.letter || "main"}`;
    Object.assign(input, { type: "number", min: one.low, max: one.high, step: 1, id, required: true, inputMode: "numeric" });
    label.htmlFor = id;
    /** @param {number} by */
    const step = (by) => this.set(one, clamp((Number(input.value) || one.low) + by, one.low, one.high));
    const [less, more] = [{ by: -1, sign: "−", word: "less" }, { by: 1, sign: "+", word: "more" }].map(({ by, sign, word }) => {
      const button = named("button", "", sign);
      button.type = "button";
      button.setAttribute("aria-label", `${one.title}: ${word}`);
      button.onclick = () => step(by);
      return button;
    });
    input.title = `${one.low} to ${one.high}`;
    input.addEventListener("input", () => this.type(one, input));
    input.addEventListener("change", () => { this.settle(); this.render(); });
    input.addEventListener("blur", () => { if (this.typed) this.settle(); this.render(); });
    stepper.append(less, input, more);
    const head = named("span", "", "");
    head.append(label);
    if (one.same) head.append(this.check("same", (on) => this.set(one, on ? "same" : 0)));
    node.append(head, stepper);
    return node;
  }

  /** @param {string} words @param {(on: boolean) => void} change */
  check(words, change) {
    const label = named("label", "check", "");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.onchange = () => change(box.checked);
    label.append(box, words);
    return label;
  }

  /** @param {Element} node @param {Option} one @param {number | "same"} value @param {Element} held */
  fill(node, one, value, held) {
    /** @type {HTMLInputElement} */
    const box = node.querySelector("[type=checkbox]");
    if (box) box.checked = value === "same" || (one.letter === "c" && value === 1);
    /** @type {HTMLInputElement} */
    const input = node.querySelector("[type=number]");
    if (!input) return;
    const same = value === "same";
    const buttons = node.querySelectorAll("button");
    for (const part of [input, ...buttons]) part.disabled = same;
    // A field with typed text keeps the text until it loses focus.
    if (input !== this.typed?.input && (input !== held || Number(input.value) !== value)) input.value = same ? "" : String(value);
    if (value === "same") return;
    buttons[0].disabled = value <= one.low;
    buttons[1].disabled = value >= one.high;
  }
}
