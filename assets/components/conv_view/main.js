// The convolution picture. PyTorch's numbers arrive in `data`; nothing here goes back to the server.
// use: words colours grid
const views = new WeakMap();

export default function ({ parentElement, data }) {
  let view = views.get(parentElement);
  if (!view || !parentElement.contains(view.root)) {
    view = new View(parentElement.querySelector(".conv"));
    views.set(parentElement, view);
  }
  view.show(data);
  return () => {
    view.stop();
    view.observer.disconnect();
    views.delete(parentElement);
  };
}

const miniHeight = (k) => (k > 5 ? 19 : k > 3 ? 22 : 27);

// The whole view -----------------------------------------------------------------------------------

class View {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    this.root = root;
    this.stage = find(".stage");
    this.node = Object.fromEntries(
      ["size", "note", "sum", "live", "play", "frame", "beam", "box", "halo", "ring", "pick"]
        .map((name) => [name, find(`.${name}`)]),
    );
    this.tables = ["patch", "kernel", "products"].map((name) => find(`.${name} tbody`));
    const playing = () => Boolean(this.timer);
    this.input = new Grid(find(".input"), () => this.choose("input"), playing);
    this.output = new Grid(find(".output"), () => this.choose("output"), playing);
    this.chosen = "output";
    this.pending = 0;
    this.node.play.addEventListener("click", () => (this.timer ? this.stop() : this.play()));
    // Pressing or typing takes over from the sliding window; passing over it does not.
    this.stage.addEventListener("pointerdown", () => this.stop(), true);
    this.stage.addEventListener("keydown", () => this.stop(), true);
    // A finger always leaves when it lifts, and its cell should stay.
    this.input.host.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.choose("output");
    });
    this.input.host.addEventListener("focusout", () => this.choose("output"));
    this.observer = new ResizeObserver(([entry]) => {
      if (this.data && Math.abs(entry.contentRect.width - this.width) > 1) this.layout();
    });
    this.observer.observe(root);
  }

  show(data) {
    if (this.data?.shown === data.shown) return;
    this.stop();
    this.data = data;
    this.unsigned = scale(data.unsigned);
    const signed = scale(data.signed);
    this.signed = (value, largest) => signed(0.5 + (0.5 * value) / (largest || 1));
    this.root.style.setProperty("--accent", data.accent);
    write(this.node.size, `${data.formula} = ${data.m}`);
    write(this.node.note, data.note);
    this.chosen = "output";
    this.layout();
    this.root.dataset.shown = data.shown;
  }

  get padded() {
    return this.data.n + this.data.before + this.data.after;
  }

  // Both grids share one cell size as long as the output's cells stay large enough to touch.
  layout() {
    const { n, m, k, before, after, image, output, missed, note } = this.data;
    const width = (this.width = this.root.clientWidth);
    const all = this.padded;
    const beside = width >= 560;
    const gap = 64;
    // What is left of the window above the products, so that both are seen at once.
    const below = 300 + 24 + k * miniHeight(k) + 24 + (note ? 30 : 0);
    const height = clamp(window.innerHeight - below, 266, 560);
    const most = Math.max(all, m);
    const room = beside ? Math.min((width - gap - 4) / (all + m), height / most) : (width - 2) / most;
    const pitch = Math.floor(clamp(room, 7, 44));
    const large = Math.floor(clamp(170 / m, pitch, Math.max(pitch, 22)));
    const largest = Math.max(...output.map(Math.abs));
    this.stage.style.flexDirection = beside ? "row" : "column";
    this.beside = beside;
    this.input.draw(all, pitch, 2, (r, c) => {
      const [y, x] = [r - before, c - before];
      const pad = y < 0 || x < 0 || y >= n || x >= n;
      const value = pad ? 0 : image[y * n + x];
      return { value, rgb: this.unsigned(value), pad, missed: missed.includes(r) || missed.includes(c) };
    });
    this.output.draw(m, large, 2, (r, c) => {
      const value = output[r * m + c];
      return { value, rgb: this.signed(value, largest) };
    });
    write(this.input.caption, `Input ${n} × ${n}${all > n ? `, padded to ${all} × ${all}` : ""}`);
    const range = `, from ${text(Math.min(...output), 2)} to ${text(Math.max(...output), 2)}`;
    write(this.output.caption, `Output ${m} × ${m}${this.output.numbers ? "" : range}`);
    const help = "Arrow keys move from cell to cell.";
    this.input.host.setAttribute("aria-label", `Input, ${all} rows and columns. ${help}`);
    this.output.host.setAttribute("aria-label", `Output, ${m} rows and columns. ${help}`);
    this.buildTables();
    this.frame();
    this.painted = "";
    this.paint();
  }

  buildTables() {
    const { k, kernel, divisor } = this.data;
    const whole = divisor === 1;
    this.kernelWords = kernel.map((value) =>
      whole ? text(value) : `${text(value * divisor)}/${divisor}`);
    const longest = Math.max(4, ...this.kernelWords.map((words) => words.length));
    const inLine = (this.width - (k > 3 ? 150 : 84)) / (3 * k);
    const mini = Math.floor(Math.min(44, inLine < 26 ? (this.width - 100) / k : inLine));
    const style = this.root.style;
    style.setProperty("--mini", `${mini}px`);
    style.setProperty("--mini-height", `${miniHeight(k)}px`);
    style.setProperty("--mini-text", `${Math.min(14, (mini - 3) / (longest * 0.56)).toFixed(1)}px`);
    for (const body of this.tables) {
      if (body.rows.length === k && body.dataset.k === String(k)) continue;
      body.dataset.k = k;
      const extra = body === this.tables[2] && k > 3 ? 1 : 0;
      body.replaceChildren(...Array.from({ length: k }, () => {
        const row = document.createElement("tr");
        for (let c = 0; c < k + extra; c++) row.append(document.createElement("td"));
        if (extra) row.lastChild.className = "total";
        return row;
      }));
    }
    const strongest = Math.max(...kernel.map(Math.abs));
    kernel.forEach((value, i) => {
      const cell = this.tables[1].rows[Math.floor(i / k)].cells[i % k];
      paintCell(cell, this.signed(value, strongest));
      write(cell, this.kernelWords[i]);
    });
    this.strongest = strongest;
  }

  choose(kind) {
    const cell = `${kind} ${this[kind].current}`;
    if (cell === this.painted) return;
    this.painted = cell;
    this.chosen = kind;
    // One painting per frame, however many events a fast mouse sends.
    this.pending ||= requestAnimationFrame(() => this.paint());
  }

  paint() {
    cancelAnimationFrame(this.pending);
    this.pending = 0;
    const sentence = this.chosen === "input" ? this.paintInput() : this.paintOutput();
    this.root.classList.toggle("other", this.chosen === "input");
    const cell = this[this.chosen].cells[this[this.chosen].current];
    if (!cell.textContent) cell.setAttribute("aria-label", sentence);
    clearTimeout(this.speaking);
    if (this.timer) return;
    this.speaking = setTimeout(() => write(this.node.live, sentence), 250);
  }

  paintOutput() {
    const { n, k, s, d, m, before, image, kernel, output, divisor } = this.data;
    const row = Math.floor(this.output.current / m);
    const column = this.output.current % m;
    const outer = []; // taps in the coordinates of the padded picture
    const rowSums = Array(k).fill(0);
    const terms = [];
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        const [y, x] = [row * s + i * d, column * s + j * d];
        outer.push([y, x]);
        const [r, c] = [y - before, x - before];
        const pad = r < 0 || c < 0 || r >= n || c >= n;
        const pixel = pad ? 0 : image[r * n + c];
        const product = pixel * kernel[i * k + j];
        rowSums[i] += product;
        const factor = this.kernelWords[i * k + j];
        terms.push(`${text(pixel)}×${/[−/]/.test(factor) ? `(${factor})` : factor}`);
        this.fill(0, i, j, text(pixel), this.unsigned(pixel), pad);
        this.fill(2, i, j, text(product), this.signed(product, this.strongest), pad);
      }
      if (k > 3) write(this.tables[2].rows[i].cells[k], text(rowSums[i]));
    }
    const value = output[row * m + column];
    const place = `row ${row + 1}, column ${column + 1}`;
    const small = k <= 3;
    const sure = exact(value) && (small || rowSums.every(exact)) ? "=" : "≈";
    const parts = small ? terms : rowSums.map((one) => (one < 0 ? `(${text(one)})` : text(one)));
    const lead = small ? "" : "row by row ";
    const sum = `${lead}${parts.join(" + ")} ${sure} `;
    this.node.sum.replaceChildren(bold(`Output ${place}:`), ` ${sum}`, bold(text(value)));
    this.mark(outer, [[row, column]], true);
    return `Output ${place}: ${sum}${text(value)}`;
  }

  paintInput() {
    const { n, before, m, image } = this.data;
    const row = Math.floor(this.input.current / this.padded);
    const column = this.input.current % this.padded;
    const rows = this.reached(row);
    const cells = rows.flatMap((r) => this.reached(column).map((c) => [r, c]));
    const [y, x] = [row - before, column - before];
    const pad = y < 0 || x < 0 || y >= n || x >= n;
    const name = pad
      ? "This padding cell (0)"
      : `Input row ${y + 1}, column ${x + 1} (${text(image[y * n + x])})`;
    const sentence = cells.length
      ? `${name} reaches ${many(cells.length, "output cell")} of ${m * m}.`
      : `${name} reaches no output: no window multiplies it.`;
    this.node.sum.replaceChildren(bold(sentence));
    this.mark([[row, column]], cells, false);
    return sentence;
  }

  // The output rows (or columns) that multiply the padded row (or column) `index`.
  reached(index) {
    const { m, k, s, d } = this.data;
    return Array.from({ length: m }, (_, o) => o).filter((o) => {
      const tap = (index - o * s) / d;
      return Number.isInteger(tap) && tap >= 0 && tap < k;
    });
  }

  fill(table, i, j, words, rgb, pad) {
    const cell = this.tables[table].rows[i].cells[j];
    paintCell(cell, rgb);
    write(cell, words);
    const kind = pad ? "pad" : "";
    if (cell.className !== kind) cell.className = kind;
  }

  // The border between the picture and its padding.
  frame() {
    const { n, before, after } = this.data;
    const { host, pitch } = this.input;
    const x = host.offsetLeft + 0.5 + before * pitch;
    const y = host.offsetTop + 0.5 + before * pitch;
    const side = n * pitch;
    this.node.frame.setAttribute("d", after ? `M${x} ${y}h${side}v${side}h${-side}z` : "");
  }

  // Outlines around cells of both grids; `beam` joins the window with its output cell.
  mark(inputs, outputs, beam) {
    const place = (grid) => ([r, c]) => ({
      x: grid.host.offsetLeft + 0.5 + c * grid.pitch,
      y: grid.host.offsetTop + 0.5 + r * grid.pitch,
      side: grid.pitch,
    });
    const from = inputs.map(place(this.input));
    const to = outputs.map(place(this.output));
    const square = ({ x, y, side }) => `M${x} ${y}h${side}v${side}h${-side}z`;
    const thin = this.input.pitch < 14;
    // Outlines of tiny neighbours would hide what they surround: one outline around all.
    const whole = thin && beam && this.data.d === 1;
    const picks = to.map(square).join("");
    const rings = whole ? "" : from.map(square).join("");
    this.node.pick.setAttribute("d", picks);
    this.root.style.setProperty("--stroke", thin ? "1.5" : "2.5");
    this.root.style.setProperty("--halo", thin ? "3" : "5");
    if (!beam) {
      this.node.halo.setAttribute("d", rings + picks);
      this.node.ring.setAttribute("d", rings);
      this.node.box.setAttribute("d", "");
      this.node.beam.setAttribute("d", "");
      return;
    }
    const first = from[0];
    const last = from[from.length - 1];
    const end = last.x + last.side;
    const foot = last.y + last.side;
    const out = to[0];
    const box = `M${first.x} ${first.y}H${end}V${foot}H${first.x}z`;
    this.node.box.setAttribute("d", whole ? "" : box);
    const marked = whole ? box : rings;
    this.node.halo.setAttribute("d", marked + picks);
    this.node.ring.setAttribute("d", marked);
    this.node.beam.setAttribute("d", this.beside
      ? `M${end} ${first.y}L${out.x} ${out.y}M${end} ${foot}L${out.x} ${out.y + out.side}`
      : "");
  }

  play() {
    const cells = this.output.cells.length;
    const pause = clamp(9000 / cells, 50, 450);
    if (this.output.current === cells - 1) this.output.select(0);
    this.choose("output");
    this.timer = setInterval(() => {
      if (this.output.current >= this.output.cells.length - 1) return this.stop();
      this.output.select(this.output.current + 1);
      this.choose("output");
    }, pause);
    this.label("⏸", "Pause", "true");
  }

  stop() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = 0;
    this.label("▶", "Slide the window", "false");
  }

  label(sign, word, pressed) {
    const [icon, name] = this.node.play.children;
    write(icon, sign);
    write(name, word);
    this.node.play.setAttribute("aria-pressed", pressed);
  }
}
