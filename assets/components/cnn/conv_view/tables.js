// Window × kernel = products, and the sum written out, one line for each input channel.
import { paintCell } from "../../shared/colours.js";
import { bold, exact, text, write } from "../../shared/words.js";

export const miniHeight = (k, many) => (k > 5 ? 19 : k > 3 ? 22 : 27) - (many ? 3 : 0);

// An entry as short as it is exact: 1/9 rather than 0.111.
function entryWords(value, divisor) {
  const whole = Math.round(value * divisor);
  if (Number.isInteger(value) || divisor === 1 || Math.abs(value * divisor - whole) > 1e-4) return text(value);
  return `${text(whole)}/${divisor}`;
}

export class Tables {
  constructor(root) {
    this.root = root;
    this.bodies = ["patch", "kernel", "products"].map((name) => root.querySelector(`.${name} tbody`));
    this.sum = root.querySelector(".sum");
  }

  // Rebuilds the tables, which depend on the size of the kernel and the width of the page.
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
        if (extra) row.lastChild.className = "total";
        return row;
      }));
    }
    const start = view.pair * k * k;
    this.strongest = Math.max(...view.kernel.slice(start, start + k * k).map(Math.abs));
    this.showKernel(view, start);
  }

  showCaptions(view, window, products) {
    const { channels, outs } = view.data;
    const names = [outs > 1 && `out ${view.out + 1}`, channels > 1 && `in ${view.inputs.current + 1}`].filter(Boolean);
    const captions = [[0, window], [1, ["kernel", ...names].join(", ")], [2, products]];
    for (const [table, words] of captions) write(this.bodies[table].parentNode.caption, words);
  }

  cell(table, i, j) {
    return this.bodies[table].rows[i].cells[j];
  }

  showKernel(view, start) {
    const { k } = this;
    for (let i = 0; i < k * k; i++) {
      const cell = this.cell(1, Math.floor(i / k), i % k);
      paintCell(cell, view.signed(view.kernel[start + i], this.strongest));
      write(cell, this.words[start + i]);
    }
  }

  // `terms[i][j]` is { pixel, pad, product } or null where the entry meets no cell.
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

  put(table, i, j, words, rgb, term) {
    const cell = this.cell(table, i, j);
    if (term) paintCell(cell, rgb);
    write(cell, words);
    const kind = !term || term.pad ? "pad" : "";
    if (cell.className !== kind) cell.className = kind;
  }

  outline(entries) {
    const used = new Set(entries.map(([i, j]) => i * this.k + j));
    for (let i = 0; i < this.k * this.k; i++)
      this.cell(1, Math.floor(i / this.k), i % this.k).classList.toggle("used", used.has(i));
  }

  // The lines under the matrices. `all[channel]` are terms; gives the sentence for screen readers.
  write(view, place, all, value) {
    const lines = all.map((terms, channel) => this.line(terms, (view.out * all.length + channel) * this.k ** 2));
    const sums = lines.map((line) => line.sum);
    if (lines.length === 1) {
      const sure = lines[0].sure && exact(value) ? "=" : "≈";
      return this.say([[`${place}:`, ` ${lines[0].words} ${sure} `, text(value)]]);
    }
    const sure = sums.every(exact) && exact(value) ? "=" : "≈";
    return this.say([
      ...lines.map((line, channel) =>
        [`Channel ${channel + 1}:`, ` ${line.words} ${line.sure && exact(line.sum) ? "=" : "≈"} ${text(line.sum)}`]),
      [`${place}:`, ` ${sums.map(inSum).join(" + ")} ${sure} `, text(value)],
    ]);
  }

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

  // Each line is [bold, plain, bold]; the whole as one sentence.
  say(lines) {
    this.sum.replaceChildren(...lines.map(([head, middle = "", tail = ""]) => {
      const line = document.createElement("p");
      line.append(bold(head), middle, bold(tail));
      return line;
    }));
    return lines.map((parts) => parts.join("")).join(" ");
  }
}

const inSum = (value) => (value < 0 ? `(${text(value)})` : text(value));
