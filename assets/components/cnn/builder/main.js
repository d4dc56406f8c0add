// List, picture and editor of a network. Edits show at once; the server answers with PyTorch's numbers.
import { say } from "../../shared/bus.js";
import { mount } from "../../shared/mount.js";
import { activeIn, clamp, write } from "../../shared/words.js";
import { drawCosts } from "./costs.js";
import { Drag } from "./drag.js";
import { Editor } from "./editor.js";
import { cloned, named, newLayer, option, parseText, toText } from "./model.js";
import { drawPicture } from "./picture.js";
import { renderRow } from "./rows.js";

const PATIENCE_MS = 2500;
const ARRIVAL_MS = 2500;
const REST_MS = 300; // from the last answer to formulas and code

/** @typedef {import("./model.js").Kind} Kind */
/** @typedef {import("./model.js").Layer} Layer */

/**
 * @typedef {object} Data
 * @property {number} seq the edit that this answers
 * @property {string} text the network
 * @property {string} usual the one that needs no address
 * @property {import("./model.js").Row[]} rows
 * @property {Kind[]} kinds
 * @property {[title: string, text: string][]} presets
 * @property {string} problem
 * @property {[label: string, text: string][]} fixes of the problem
 * @property {string} totals
 * @property {string} refusal of an edit
 * @property {string} link the page's own link to the lab
 * @property {number} most layers
 * @property {number[]} input
 * @property {string} [digit] the picture that goes in: its pixels in base64
 * @property {Record<string, string>[]} colours of families and the accent
 */

export class Builder {
  /** @type {Data} */
  data;
  /** @type {Send} */
  send;
  /** @type {import("./model.js").Kinds} */
  kinds;
  /** @type {Record<string, string>} */
  colours;
  /** @type {Layer[]} */
  layers = [];
  /** @type {string[]} */
  past = [];
  /** @type {string[]} */
  future = [];
  stale = false; // whether the numbers belong to an older network
  fixes = ""; // those on show
  resting = 0;
  patience = 0;

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    /** @type {HTMLElement} */
    this.root = root.querySelector(".builder");
    /** @type {(name: string) => HTMLElement} */
    const find = (name) => this.root.querySelector(`.${name}`);
    /** @type {(name: string) => HTMLButtonElement} */
    const button = (name) => this.root.querySelector(`.${name}`);
    /** @type {HTMLSelectElement} */
    const presets = this.root.querySelector(".presets");
    this.node = {
      presets, undo: button("undo"), redo: button("redo"), train: button("train"),
      totals: find("totals"), side: find("side"), rows: find("rows"), notice: find("notice"),
      shares: find("shares"), add: find("add"), live: find("live"), inspector: find("inspector"),
    };
    this.svg = this.root.querySelector("svg");
    this.caption = this.root.querySelector("figcaption");
    this.seq = 0;
    this.asked = 0; // the edit that waits for its answer
    this.chosen = 0;
    this.editor = new Editor(this);
    this.drag = new Drag(this);
    this.listen();
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.root);
  }

  listen() {
    const { undo, redo, presets, train, rows } = this.node;
    undo.onclick = () => this.travel(this.past, this.future, "Undone");
    redo.onclick = () => this.travel(this.future, this.past, "Done again");
    presets.onchange = () => {
      if (presets.value) this.apply(presets.value, presets.selectedOptions[0].textContent);
    };
    train.onclick = () => this.pageLink()?.click();
    rows.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("keydown", (event) => {
      const typing = event.target instanceof Element && event.target.matches("[type=number]");
      if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || typing) return;
      event.preventDefault();
      (event.shiftKey ? redo : undo).click();
    });
  }

  // The page's own link to the lab, below: it changes the page without loading it again.
  /** @returns {HTMLElement | null} */
  pageLink() {
    return document.querySelector(`.st-key-${this.data.link} a`);
  }

  // Shows the server's answer, unless it answers an older edit than the latest.
  /** @param {Data} data @param {{ setTriggerValue: Send }} send */
  show(data, { setTriggerValue }) {
    this.send = setTriggerValue;
    if (!this.data) this.setUp(data);
    if (data.seq < this.seq && data.seq !== 0) {
      if (data.seq === this.asked) this.tell();
      return;
    }
    this.asked = 0;
    this.seq = Math.max(this.seq, data.seq);
    this.data = data;
    if (this.text !== data.text) {
      if (this.layers.length) this.remember();
      this.take(data.text);
      this.chosen = 0; // another network than the one that was worked on
    }
    this.layers.forEach((layer, i) => Object.assign(layer, { row: data.rows[i], stale: false }));
    this.stale = false;
    this.render();
    this.root.dataset.shown = data.text;
    clearTimeout(this.resting);
    clearTimeout(this.patience);
    this.resting = setTimeout(() => say("dl101-rest", data.text), REST_MS);
  }

  /** @param {Data} data */
  setUp(data) {
    this.kinds = new Map(data.kinds.map((kind) => [kind.word, kind]));
    this.colours = data.colours[0];
    this.root.style.setProperty("--accent", this.colours.accent);
    this.node.presets.append(option("", "a known network"), ...data.presets.map(([title, text]) => option(text, title)));
    for (const [word, title] of [["conv", "Conv"], ["maxpool", "Max pool"], ["avgpool", "Avg pool"], ["relu", "Activation"],
      ["dropout", "Dropout"], ["batchnorm", "Batch norm"], ["flatten", "Flatten"], ["linear", "Linear"]]) {
      const button = named("button", "", title);
      button.type = "button";
      button.onclick = () => this.insert(word);
      this.node.add.append(button);
    }
    this.editor.setUp();
    this.svg.classList.add("arriving"); // the picture passes through the layers, once
    setTimeout(() => this.svg.classList.remove("arriving"), ARRIVAL_MS);
  }

  get text() {
    return toText(this.layers, this.kinds);
  }

  /** @param {string} text */
  take(text) {
    this.editor.typed = null;
    this.layers = parseText(text, this.kinds);
    this.chosen = clamp(this.chosen, 0, Math.max(0, this.layers.length - 1));
  }

  remember() {
    this.editor.last = "";
    this.past.push(this.text);
    if (this.past.length > 100) this.past.shift();
    this.future = [];
  }

  /** @param {string[]} from @param {string[]} to @param {string} words */
  travel(from, to, words) {
    if (!from.length) return;
    this.editor.last = "";
    to.push(this.text);
    this.take(from.pop());
    this.commit(words);
  }

  // Put another network in the place of this one.
  /** @param {string} text @param {string} words */
  apply(text, words) {
    this.remember();
    this.take(text);
    this.commit(words);
  }

  // `change` works on this.layers; `quiet`: a step of the same edit as before.
  /** @param {() => void} change @param {string} words @param {boolean} [quiet] */
  edit(change, words, quiet = false) {
    if (quiet) this.future = [];
    else this.remember();
    change();
    this.commit(words);
  }

  /** @param {string} words */
  commit(words) {
    this.chosen = clamp(this.chosen, 0, Math.max(0, this.layers.length - 1));
    this.stale = true;
    this.seq += 1;
    clearTimeout(this.resting);
    if (!this.asked) this.tell();
    this.render();
    if (words) write(this.node.live, words);
  }

  // One edit at a time: the server finds its last address and adds no entry to the history. A request
  // of another part can overtake an edit, which then gets no answer: the edit is sent again.
  tell() {
    clearTimeout(this.patience);
    this.asked = this.seq;
    this.address();
    this.send("edit", `${this.seq} ${this.text}`);
    this.patience = setTimeout(() => this.stale && this.tell(), PATIENCE_MS);
  }

  // The address changes here first, so that the history gets no entry: Back leaves the page.
  address() {
    const url = new URL(location.href);
    if (this.text === this.data.usual) url.searchParams.delete("layers");
    else url.searchParams.set("layers", this.text);
    history.replaceState(history.state, "", url);
  }

  /** @param {string} word */
  insert(word) {
    if (this.layers.length >= this.data.most) return write(this.node.live, `At most ${this.data.most} layers.`);
    const place = this.layers.length ? this.chosen + 1 : 0;
    this.edit(() => this.layers.splice(place, 0, newLayer(this.kinds.get(word))), `${this.kinds.get(word).title} added as layer ${place + 1}`);
    this.choose(place);
  }

  /** @param {number} index */
  remove(index) {
    if (!this.layers[index]) return;
    const title = this.kinds.get(this.layers[index].word).title;
    this.edit(() => this.layers.splice(index, 1), `Layer ${index + 1}, ${title}, removed`);
  }

  /** @param {number} index */
  copy(index) {
    if (this.layers.length >= this.data.most || !this.layers[index]) return;
    this.edit(() => this.layers.splice(index + 1, 0, cloned(this.layers[index])), `Layer ${index + 1} copied`);
    this.choose(index + 1);
  }

  /** @param {number} from @param {number} to */
  move(from, to) {
    if (to < 0 || to >= this.layers.length || from === to) return;
    this.edit(() => this.layers.splice(to, 0, ...this.layers.splice(from, 1)), `Moved to place ${to + 1}`);
    this.choose(to);
  }

  /** @param {number} index @param {boolean} [focus] */
  choose(index, focus = false) {
    this.editor.settle();
    this.editor.last = "";
    this.chosen = clamp(index, 0, Math.max(0, this.layers.length - 1));
    this.render();
    if (focus) this.chosenName()?.focus();
  }

  // The button with the name of the chosen layer.
  /** @returns {HTMLButtonElement | undefined} */
  chosenName() {
    return this.layers[this.chosen]?.node?.querySelector(".name");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { target } = event;
    if (!(target instanceof Element) || !target.matches(".name, .handle")) return;
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const index = this.layers.findIndex((layer) => layer.node.contains(target));
    if (index < 0) return;
    if (by && event.altKey) this.move(index, index + by);
    else if (by) this.choose(index + by);
    else if (event.key === "Home") this.choose(0);
    else if (event.key === "End") this.choose(this.layers.length - 1);
    else if (event.key === "Delete") this.remove(index);
    else return;
    event.preventDefault();
    this.chosenName()?.focus();
  }

  render() {
    const { rows, undo, redo, totals, train, add } = this.node;
    const held = activeIn(this.root);
    const inside = this.root.contains(held);
    this.layers.forEach((layer, i) => renderRow(this, layer, i));
    /** @type {Element[]} */
    const nodes = this.layers.map((layer) => layer.node);
    for (const node of [...rows.children]) if (!nodes.includes(node) && node !== this.node.inspector) node.remove();
    nodes.forEach((node, i) => this.rowAt(i) === node || rows.insertBefore(node, this.rowAt(i) || null));
    if (!this.drag.layer) this.placeInspector(); // rows must not move under a finger
    if (held && held !== activeIn(this.root) && this.root.contains(held)) held.focus({ preventScroll: true });
    undo.disabled = !this.past.length;
    redo.disabled = !this.future.length;
    write(totals, this.stale ? "…" : this.data.totals);
    this.node.presets.value = [...this.node.presets.options].some((o) => o.value === this.data.text) && !this.stale ? this.data.text : "";
    train.disabled = this.stale || Boolean(this.data.problem || this.data.refusal);
    write(add.firstElementChild, this.layers.length ? `Add after ${this.chosen + 1}:` : "Add:");
    for (const button of add.querySelectorAll("button")) button.disabled = this.layers.length >= this.data.most;
    this.renderNotice();
    if (!this.drag.layer) this.editor.render();
    if (held && inside) this.keepFocus(held);
    drawPicture(this);
    drawCosts(this);
  }

  // Keys work only while the focus is in here. From a removed, hidden or disabled element the focus
  // goes to the chosen row, where a held Enter key does no harm.
  /** @param {HTMLElement} held */
  keepFocus(held) {
    if (held.getClientRects().length && !held.matches(":disabled")) return;
    const { undo, redo, add } = this.node;
    const wanted = [this.chosenName(), undo, redo, ...add.querySelectorAll("button")];
    wanted.find((node) => node && !node.disabled && node.getClientRects().length)?.focus({ preventScroll: true });
  }

  /** @param {number} index */
  rowAt(index) {
    return [...this.node.rows.children].filter((node) => node !== this.node.inspector)[index];
  }

  renderNotice() {
    const { notice } = this.node;
    const { problem, refusal, fixes } = this.data;
    // The notice stays, but pale, until the answer: the list below must not move with every edit.
    notice.hidden = !(problem || refusal);
    notice.classList.toggle("stale", this.stale);
    write(notice.firstElementChild, problem || refusal);
    const wanted = problem ? fixes : [];
    const shown = JSON.stringify(wanted);
    for (const button of notice.querySelectorAll("button")) button.disabled = this.stale;
    if (this.fixes === shown) return;
    this.fixes = shown;
    notice.lastElementChild.replaceChildren(...wanted.map(([label, text]) => {
      const button = named("button", "", label);
      button.type = "button";
      button.onclick = () => this.apply(text, label);
      return button;
    }));
  }

  // On a phone the editor opens below its row.
  placeInspector() {
    const { inspector, side } = this.node;
    const home = this.root.classList.contains("narrow") && this.layers.length ? this.layers[this.chosen].node : null;
    if (home) { if (home.nextSibling !== inspector) home.after(inspector); }
    else if (inspector.parentElement !== side) side.append(inspector);
    inspector.setAttribute("role", home ? "row" : "group"); // as all in a table
    if (home) inspector.firstElementChild.setAttribute("role", "cell");
    else inspector.firstElementChild.removeAttribute("role");
  }

  destroy() {
    this.observer.disconnect();
    this.drag.stop();
    clearTimeout(this.resting);
    clearTimeout(this.patience);
  }

  fit() {
    const narrow = this.root.clientWidth < 640;
    if (narrow !== this.root.classList.contains("narrow")) {
      this.root.classList.toggle("narrow", narrow);
      if (this.data) this.render();
    } else if (this.data) drawPicture(this);
  }

}

export default mount(Builder);
