// Window × kernel = products, and the sum written out, one line for each input channel.
import { paintCell } from "../../shared/colours.js";
import { bold, exact, text, write } from "../../shared/words.js";

/** @typedef {import("./main.js").View} View */
/** @typedef {{ pixel: number, pad: boolean, product: number }} Term */
/** @typedef {[bold: string, plain?: string, bold?: string]} Line */
/** @typedef {(Term | null)[][]} Terms by row and column of the kernel; null where an entry meets no cell */

/** @type {(k: number, many: boolean) => number} */
export const miniHeight = (k, many) => (k > 5 ? 19 : k > 3 ? 22 : 27) - (many ? 3 : 0);

// An entry as short as it is exact: 1/9 rather than 0.111.
/** @param {number} value @param {number} divisor */
function entryWords(value, divisor) {
  const whole = Math.round(value * divisor);
  if (Number.isInteger(value) || divisor === 1 || Math.abs(value * divisor - whole) > 1e-4) return text(value);
  return `${text(whole)}/${divisor}`;
}

export class Tables {
  k = 0;
  strongest = 0; // entry of the kernel
  /** @type {string[]} */
  words = []; // of all entries

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {HTMLTableElement[]} */
    this.tables = ["patch", "kernel", "products"].map((name) => root.querySelector(`table.${name}`));
    this.bodies = this.tables.map((table) => table.tBodies[0]);
    this.sum = root.querySelector(".sum");
  }

  // Rebuilds the tables, which depend on the size of the kernel and the width of the page.
  /** @param {View} view */
  build(view) {
    const { k } = view.data;
    this.k = k;
    this.words = view.kernel.map((value, i) => entryWords(value, view.data.divisors[Math.floor(i / (k * k))]));
    const longest = Math.max(4, ...this.words.map((words) => words.length));
    const inLine = (view.width - (k > 3 ? 150 : 84)) / (3 * k);
    const mini = Math.floor(Math.min(44, inLine < 26 ? (view.width - 100) / k : inLine));
    const style = this.root.style;
    style.setProperty("--mini", `${mini}px`);
    style.setProperty("--mini-height", `${miniHeight(k, Math.max(view.data.channels, view.data.outs) > 1)}px`);
    style.setProperty("--mini-text", `${Math.min(14, (mini - 3) / (longest * 0.56)).toFixed(1)}px`);
    for (const body of this.bodies) {
      if (body.rows.length === k) continue;
      const extra = body === this.bodies[2] && k > 3 ? 1 : 0;
      body.replaceChildren(...Array.from({ length: k }, () => {
        const row = document.createElement("tr");
        for (let c = 0; c < k + extra; c++) row.append(document.createElement("td"));
        if (extra) row.cells[k].className = "total";
        return row;
      }));
    }
    const start = view.pair * k * k;
    this.strongest = Math.max(...view.kernel.slice(start, start + k * k).map(Math.abs));
    this.showKernel(view, start);
  }

  /** @param {View} view @param {string} window @param {string} products */
  showCaptions(view, window, products) {
    const { channels, outs } = view.data;
    const names = [outs > 1 && `out ${view.out + 1}`, channels > 1 && `in ${view.inputs.current + 1}`].filter(Boolean);
    const captions = [window, ["kernel", ...names].join(", "), products];
    captions.forEach((words, i) => write(this.tables[i].caption, words));
  }

  /** @param {number} table @param {number} i @param {number} j */
  cell(table, i, j) {
    return this.bodies[table].rows[i].cells[j];
  }

  /** @param {View} view @param {number} start */
  showKernel(view, start) {
    const { k } = this;
    for (let i = 0; i < k * k; i++) {
      const cell = this.cell(1, Math.floor(i / k), i % k);
      paintCell(cell, view.signed(view.kernel[start + i], this.strongest));
      write(cell, this.words[start + i]);
    }
  }

  /** @param {View} view @param {Terms} terms */
  fill(view, terms) {
    terms.forEach((row, i) => {
      row.forEach((term, j) => {
        this.put(0, i, j, term ? text(term.pixel) : "", term && view.inked(term.pixel), term);
        this.put(2, i, j, term ? text(term.product) : "", term && view.signed(term.product, this.strongest), term);
      });
      const sum = row.reduce((total, term) => total + (term ? term.product : 0), 0);
      if (this.k > 3) write(this.cell(2, i, this.k), text(sum));
    });
  }

  /**
   * @param {number} table @param {number} i @param {number} j @param {string} words
   * @param {Rgb | null} rgb @param {Term | null} term
   */
  put(table, i, j, words, rgb, term) {
    const cell = this.cell(table, i, j);
    if (term) paintCell(cell, rgb);
    write(cell, words);
    const kind = !term || term.pad ? "pad" : "";
    if (cell.className !== kind) cell.className = kind;
  }

  /** @param {Place[]} entries */
  outline(entries) {
    const used = new Set(entries.map(([i, j]) => i * this.k + j));
    for (let i = 0; i < this.k * this.k; i++)
      this.cell(1, Math.floor(i / this.k), i % this.k).classList.toggle("used", used.has(i));
  }

  // The lines under the matrices. `all[channel]` are terms; gives the sentence for screen readers.
  /** @param {View} view @param {string} place @param {Terms[]} all @param {number} value */
  write(view, place, all, value) {
    const lines = all.map((terms, channel) => this.line(terms, (view.out * all.length + channel) * this.k ** 2));
    const sums = lines.map((line) => line.sum);
    if (lines.length === 1) {
      const sure = lines[0].sure && exact(value) ? "=" : "≈";
      return this.say([[`${place}:`, ` ${lines[0].words} ${sure} `, text(value)]]);
    }
    const sure = sums.every(exact) && exact(value) ? "=" : "≈";
    /** @type {Line[]} */
    const each = lines.map((line, channel) =>
      [`Channel ${channel + 1}:`, ` ${line.words} ${line.sure && exact(line.sum) ? "=" : "≈"} ${text(line.sum)}`]);
    return this.say([
      ...each,
      [`${place}:`, ` ${sums.map(inSum).join(" + ")} ${sure} `, text(value)],
    ]);
  }

  /** @param {Terms} terms @param {number} start */
  line(terms, start) {
    const rowSums = terms.map((row) => row.reduce((total, term) => total + (term ? term.product : 0), 0));
    const sum = rowSums.reduce((total, one) => total + one, 0);
    if (this.k > 3)
      return { sum, sure: rowSums.every(exact), words: `row by row ${rowSums.map(inSum).join(" + ")}` };
    const factors = terms.flatMap((row, i) => row.map((term, j) => {
      if (!term) return "";
      const factor = this.words[start + i * this.k + j];
      return `${inSum(term.pixel)}×${/[−/]/.test(factor) ? `(${factor})` : factor}`;
    })).filter(Boolean);
    return { sum, sure: true, words: factors.join(" + ") || "0" };
  }

  // The whole as one sentence.
  /** @param {Line[]} lines */
  say(lines) {
    this.sum.replaceChildren(...lines.map(([head, middle = "", tail = ""]) => {
      const line = document.createElement("p");
      line.append(bold(head), middle, bold(tail));
      return line;
    }));
    return lines.map((parts) => parts.join("")).join(" ");
  }
}

/** @param {number} value */
const inSum = (value) => (value < 0 ? `(${text(value)})` : text(value));
