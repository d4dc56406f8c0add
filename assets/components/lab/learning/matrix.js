// What the network mixes up: down the truth, across the answer. Right answers are blue, wrong ones orange.
import { add, set } from "../../shared/dom.js";
import { write } from "../../shared/words.js";

/** @typedef {import("./shots.js").Seen} Seen */

export class Matrix {
  /** @param {HTMLElement} host @param {(truth: number, said: number) => void} [pick] a cell with images was pressed */
  constructor(host, pick) {
    this.pick = pick;
    this.figure = add(host, "figure", "matrix");
    const caption = add(this.figure, "figcaption");
    write(add(caption, "b"), "What it mixes up");
    write(add(caption, "span"), "down: the truth, across: the answer");
    this.table = add(this.figure, "table");
    this.words = add(this.figure, "p", "finding");
    /** @type {HTMLTableCellElement[]} */
    this.cells = [];
    this.names = "";
    /** @type {unknown} */
    this.shown = undefined;
  }

  /** @param {readonly string[]} classes */
  build(classes) {
    if (this.names === String(classes)) return;
    this.names = String(classes);
    this.table.replaceChildren();
    const head = add(this.table, "tr");
    add(head, "td");
    for (const name of classes) header(head, name, "col");
    this.cells = classes.flatMap((truth) => {
      const row = add(this.table, "tr");
      header(row, truth, "row");
      return classes.map(() => add(row, "td"));
    });
  }

  /** @param {Seen["table"]} table @param {readonly string[]} classes */
  show(table, classes) {
    if (table?.counts === this.shown && this.names === String(classes)) return;
    this.shown = table?.counts;
    this.figure.hidden = !table || table.size !== classes.length;
    if (this.figure.hidden) return;
    this.build(classes);
    this.fill(table.counts, table.size);
    write(this.words, finding(table, classes));
  }

  /**
   * A table whose cells are pressed to see their images; the arrow keys lead from cell to cell.
   *
   * @param {readonly number[]} counts @param {readonly string[]} classes
   * @param {readonly [number, number] | null} chosen
   */
  showCounts(counts, classes, chosen) {
    this.build(classes);
    this.fill(counts, classes.length);
    const pressed = chosen ? chosen[0] * classes.length + chosen[1] : -1;
    const first = pressed < 0 ? counts.findIndex(Boolean) : pressed;
    this.cells.forEach((cell, i) => {
      const button = cell.querySelector("button");
      if (!button) return;
      const [truth, said] = [Math.floor(i / classes.length), i % classes.length];
      set(button, "aria-pressed", String(i === pressed));
      set(button, "aria-label", `${classes[truth]} read as ${classes[said]}: ${counts[i]}`);
      button.tabIndex = i === first ? 0 : -1;
      button.onclick = () => this.pick(truth, said);
      button.onkeydown = (event) => this.walk(event, i);
    });
  }

  /** @param {KeyboardEvent} event @param {number} from */
  walk(event, from) {
    const size = Math.sqrt(this.cells.length);
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -size, ArrowDown: size }[event.key];
    if (!step) return;
    event.preventDefault();
    /** @type {(at: number) => boolean} */
    const last = (at) => Math.abs(step) === 1 && Math.floor(at / size) !== Math.floor(from / size);
    for (let at = from + step; at >= 0 && at < this.cells.length && !last(at); at += step) {
      const button = this.cells[at].querySelector("button");
      if (!button) continue; // an empty cell has no images
      for (const cell of this.cells) cell.querySelector("button")?.setAttribute("tabindex", "-1");
      button.tabIndex = 0;
      button.focus();
      return;
    }
  }

  /** @param {ArrayLike<number>} counts @param {number} size */
  fill(counts, size) {
    this.cells.forEach((cell, i) => {
      const [truth, said] = [Math.floor(i / size), i % size], count = counts[i];
      let all = 0;
      for (let j = 0; j < size; j++) all += counts[truth * size + j];
      if (this.pick && count && !cell.firstElementChild) add(cell, "button").type = "button";
      if (!count) cell.replaceChildren();
      write(cell.querySelector("button") ?? cell, count ? String(count) : "");
      set(cell, "class", count ? (truth === said ? "right" : "wrong") : "");
      // In four tones, each with a colour of text that can be read on it.
      set(cell, "data-tone", count ? String(Math.min(4, Math.ceil((4 * count) / all))) : "0");
    });
  }
}

/** @param {HTMLElement} row @param {string} name @param {string} scope */
function header(row, name, scope) {
  const node = add(row, "th");
  node.scope = scope;
  node.title = name;
  write(node, name.length > 2 ? name.slice(0, 3) : name);
}

/** How many are right, and the commonest mistake. @param {NonNullable<Seen["table"]>} table @param {readonly string[]} classes */
export function finding({ step, counts, size }, classes) {
  let [all, right, worst] = [0, 0, -1];
  for (let i = 0; i < size * size; i++) {
    all += counts[i];
    if (i % (size + 1) === 0) right += counts[i];
    else if (counts[i] && (worst < 0 || counts[i] > counts[worst])) worst = i;
  }
  const head = `After ${step.toLocaleString("en")} steps, ${right} of ${all} unseen images are right.`;
  if (worst < 0) return head;
  const mistake = `it reads ${classes[Math.floor(worst / size)]} as ${classes[worst % size]}`;
  return counts[worst] === 1 ? `${head} For example, ${mistake} once.` : `${head} Most often ${mistake}: ${counts[worst]} times.`;
}
