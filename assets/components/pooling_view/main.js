// Pooling before and after a shift. PyTorch's numbers for all 49 shifts arrive in `data`; the server
// is told where a drag ended, nothing else.
// use: words colours grid pooled
const views = new WeakMap();

export default function ({ parentElement, data, setStateValue }) {
  let view = views.get(parentElement);
  if (!view || !parentElement.contains(view.root)) {
    view = new View(parentElement.querySelector(".pooling"));
    views.set(parentElement, view);
  }
  view.send = setStateValue;
  view.show(data);
  return () => {
    view.observer.disconnect();
    views.delete(parentElement);
  };
}

const SAME = 1e-5;
const percent = (share) => (share < 0 ? "–" : `${round(share * 100, 0)} %`);
const signed = (value) => (value > 0 ? `+${text(value, 2)}` : text(value, 2));
const square = ({ x, y, side }) => `M${x} ${y}h${side}v${side}h${-side}z`;

class View {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    this.root = root;
    this.board = find(".board");
    this.node = Object.fromEntries(
      ["size", "keeps", "head", "note", "live", "frame", "beam", "halo", "ring", "pick"]
        .map((name) => [name, find(`.${name}`)]),
    );
    [this.node.first, this.node.second] = root.querySelectorAll(".sum");
    this.bars = find(".bars tbody");
    const busy = () => Boolean(this.drag);
    const grid = (name, kind, pick) => new Grid(find(`.${name}`), pick ?? (() => this.choose(kind, grid.of(name))), busy);
    grid.of = (name) => this.grids[name];
    this.grids = {
      "input.before": grid("input.before", "input"),
      "output.before": grid("output.before", "output"),
      "input.after": grid("input.after", "input"),
      "output.after": grid("output.after", "output"),
      diff: grid("diff", "output"),
      pad: new Grid(find(".pad"), (index) => this.pickShift(index), () => this.drag !== "pad"),
    };
    this.cell = [0, 0];
    this.looked = null; // an input cell that is pointed at
    this.seq = 0;
    this.pending = 0;
    this.listen();
    this.observer = new ResizeObserver(([entry]) => {
      if (this.data && Math.abs(entry.contentRect.width - this.width) > 1) this.layout();
    });
    this.observer.observe(root);
  }

  listen() {
    const { pad, "input.after": picture } = this.grids;
    for (const name of ["input.before", "input.after"]) {
      const leave = () => this.lookAway();
      this.grids[name].host.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
      this.grids[name].host.addEventListener("focusout", leave);
    }
    for (const name of ["output.before", "output.after", "diff"]) {
      this.grids[name].host.addEventListener("click", () => this.tell());
    }
    // Dragging the picture moves it; a press that stays in place only points at a pixel.
    picture.host.addEventListener("pointerdown", (event) => {
      this.from = { x: event.clientX, y: event.clientY, right: this.right, down: this.down };
      picture.host.setPointerCapture(event.pointerId);
    });
    picture.host.addEventListener("pointermove", (event) => this.from && this.dragTo(event));
    const end = () => this.endDrag();
    for (const host of [picture.host, pad.host]) {
      for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) host.addEventListener(type, end);
    }
    // In the capture phase: the grid's own listener, which picks the shift, comes after it.
    pad.host.addEventListener("pointerdown", (event) => {
      this.drag = "pad";
      pad.host.setPointerCapture(event.pointerId);
    }, true);
  }

  dragTo(event) {
    const { far } = this.data;
    const { pitch } = this.grids["input.after"];
    const move = (pixels) => Math.round(pixels / pitch);
    const right = clamp(this.from.right + move(event.clientX - this.from.x), -far, far);
    const down = clamp(this.from.down + move(event.clientY - this.from.y), -far, far);
    if (right === this.right && down === this.down) return;
    this.drag = "picture";
    this.root.classList.add("dragging");
    this.looked = null;
    this.shift(right, down);
  }

  endDrag() {
    const moved = this.drag;
    this.drag = this.from = null;
    this.root.classList.remove("dragging");
    if (moved) this.tell();
  }

  pickShift(index) {
    const { far } = this.data;
    const side = 2 * far + 1;
    const right = (index % side) - far;
    const down = Math.floor(index / side) - far;
    if (right === this.right && down === this.down) return;
    this.shift(right, down);
    if (!this.drag) this.tell(200);
  }

  // The shift and the cell go into the address and into the formulas once the hand has come to rest.
  tell(wait = 0) {
    this.seq += 1;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.send("moved", {
      right: this.right, down: this.down, pool_seq: this.seq,
      cell_row: this.cell[0] + 1, cell_column: this.cell[1] + 1,
    }), wait);
  }

  show(data) {
    const known = this.data?.shown === data.shown;
    // An answer to an older message must not pull the picture back under the hand.
    const late = this.drag || data.seq < this.seq;
    this.seq = Math.max(this.seq, data.seq);
    const moved = !late && (data.right !== this.right || data.down !== this.down);
    const aimed = !late && `${data.cell}` !== `${this.cell.map((index) => index + 1)}`;
    if (!late) [this.right, this.down] = [data.right, data.down];
    if (aimed) this.cell = data.cell.map((index) => Math.min(index, data.m) - 1);
    if (known) {
      if (moved || aimed) this.shift(data.right, data.down);
      return;
    }
    this.data = data;
    this.prepare();
    this.layout();
    this.root.dataset.shown = data.shown;
  }

  // What holds for all shifts of these settings.
  prepare() {
    const { image, outputs, unsigned, signed: both, accent, formula, m, n } = this.data;
    const signedPicture = image.some((value) => value < 0);
    this.largest = Math.max(...image.map(Math.abs), ...outputs.map(Math.abs));
    const [plain, two] = [scale(unsigned), scale(both)];
    this.two = (value) => two(0.5 + (0.5 * value) / (this.largest || 1));
    this.colour = signedPicture ? this.two : (value) => plain(value / (this.largest || 1));
    this.heat = plain;
    this.longest = {
      input: Math.max(...image.map((value) => text(value, 2).length)),
      output: Math.max(...outputs.map((value) => text(value, 2).length)),
    };
    this.cell = this.cell.map((index) => Math.min(index, m - 1));
    this.looked = null;
    this.root.style.setProperty("--accent", accent);
    write(this.node.size, `${formula} = ${m}`);
    write(this.node.keeps, `keeps ${m * m} of ${n * n} numbers (${text((100 * m * m) / (n * n), 1)} %)`);
  }

  layout() {
    const { n, p, m, s, far } = this.data;
    const width = (this.width = this.root.clientWidth);
    const narrow = width < 620;
    this.narrow = narrow;
    this.root.classList.toggle("narrow", narrow);
    const all = n + 2 * p;
    const grids = this.grids;
    const side = 2 * far + 1;
    // What is left of the window for two pictures below each other.
    const height = clamp((window.innerHeight - 348) / 2, 150, 300);
    const padPitch = narrow ? Math.floor((width - 18) / 2 / side) : clamp(Math.floor((height - 2) / side), 20, 26);
    const room = narrow
      ? Math.floor((width - 18) / 2)
      : Math.min(height, Math.floor((width - 3 * 24 - side * padPitch - 2) / 3));
    this.pitch = Math.floor(clamp((room - 2) / all, 5, 48));
    // An output cell is as large as what a stride covers, so that pictures can be compared.
    this.wide = Math.floor(clamp((room - 2) / m, 5, Math.max(this.pitch * s, this.pitch)));
    this.drawInput(grids["input.before"], 0, 0);
    this.drawOutput(grids["output.before"], 0, 0);
    write(grids["input.before"].caption, `Picture ${n} × ${n}${p ? `, padded to ${all} × ${all}` : ""}`);
    write(grids["output.before"].caption, `Pooled ${m} × ${m}`);
    this.drawPad(padPitch);
    const help = "Arrow keys move from cell to cell.";
    const name = (grid, words) => grids[grid].host.setAttribute("aria-label", `${words}. ${help}`);
    name("input.before", "Picture before the shift");
    name("output.before", "Pooled before the shift");
    name("input.after", "Picture after the shift; drag to move it");
    name("output.after", "Pooled after the shift");
    name("diff", "Pooled after minus before; an equals sign where nothing changed");
    name("pad", "Shift: change of the output in percent for every shift");
    this.shift(this.right, this.down);
  }

  // The pixel that stands at row r and column c after a shift.
  pixel(r, c, right, down) {
    const { n, image, wrap } = this.data;
    let [y, x] = [r - down, c - right];
    if (wrap) [y, x] = [(y + n) % n, (x + n) % n];
    return y < 0 || x < 0 || y >= n || x >= n ? 0 : image[y * n + x];
  }

  inside(r, c) {
    return r >= 0 && c >= 0 && r < this.data.n && c < this.data.n;
  }

  at(right, down) {
    const { far } = this.data;
    return (down + far) * (2 * far + 1) + right + far;
  }

  output(r, c, right, down) {
    const { m, outputs } = this.data;
    return outputs[this.at(right, down) * m * m + r * m + c];
  }

  // The place of the pixel that the output cell took, or −1.
  winner(r, c, right, down) {
    const { m, winners } = this.data;
    return winners.length ? winners[this.at(right, down) * m * m + r * m + c] : -1;
  }

  drawInput(grid, right, down) {
    const { n, p, m, k, s, winners } = this.data;
    const won = new Set();
    if (winners.length) {
      for (let i = 0; i < m * m; i++) won.add(this.winner(Math.floor(i / m), i % m, right, down));
    }
    const seen = (place) => this.reached(place).length > 0;
    grid.draw(n + 2 * p, this.pitch, 2, (r, c) => {
      const [y, x] = [r - p, c - p];
      const pad = !this.inside(y, x);
      const value = pad ? 0 : this.pixel(y, x, right, down);
      return {
        value, rgb: this.colour(value), pad, missed: !pad && !(seen(y) && seen(x)),
        words: pad ? (this.data.kind === "max" ? "−∞" : "0") : undefined,
        mark: !pad && won.has(y * n + x) ? "won" : "",
      };
    }, this.longest.input);
    return won.size;
  }

  drawOutput(grid, right, down) {
    grid.draw(this.data.m, this.wide, 2, (r, c) => {
      const value = this.output(r, c, right, down);
      return { value, rgb: this.colour(value) };
    }, this.longest.output);
  }

  drawDiff() {
    const { m } = this.data;
    this.grids.diff.draw(m, this.wide, 2, (r, c) => {
      const value = this.output(r, c, this.right, this.down) - this.output(r, c, 0, 0);
      const same = Math.abs(value) < SAME;
      return { value, rgb: this.two(value), words: same ? "=" : signed(value), mark: same ? "same" : "" };
    }, this.longest.output + 1);
    // Where numbers have no room the sign still has: never colour alone.
    if (this.grids.diff.numbers) return;
    for (const cell of this.grids.diff.cells) write(cell, cell.classList.contains("same") ? "=" : "");
  }

  drawPad(pitch) {
    const { far, changes, own } = this.data;
    const side = 2 * far + 1;
    const largest = Math.max(...changes[own], 0.01);
    this.grids.pad.draw(side, pitch, 2, (r, c) => {
      const change = changes[own][r * side + c];
      const words = change < 0 ? "–" : String(round(change * 100, 0));
      return { value: change, rgb: this.heat(clamp(change, 0, largest) / largest), words };
    }, 3);
    this.grids.pad.cells.forEach((cell, i) => {
      const where = `${(i % side) - far} right, ${Math.floor(i / side) - far} down`.replaceAll("-", "−");
      cell.setAttribute("aria-label", `Shift ${where}: output changes by ${percent(changes[own][i])}`);
    });
    write(this.grids.pad.caption, "Change in % for each shift");
  }

  // Everything that depends on the shift; nothing is computed here but differences.
  shift(right, down) {
    [this.right, this.down] = [right, down];
    const { pad } = this.grids;
    pad.cells[pad.current].classList.remove("here");
    pad.select(this.at(right, down));
    pad.cells[pad.current].classList.add("here");
    this.root.dataset.shift = `${right},${down}`;
    this.pending ||= requestAnimationFrame(() => this.paint());
  }

  paint() {
    cancelAnimationFrame(this.pending);
    this.pending = 0;
    const { right, down } = this;
    const { n, notes } = this.data;
    const winners = this.drawInput(this.grids["input.after"], right, down);
    this.drawOutput(this.grids["output.after"], right, down);
    this.drawDiff();
    const words = [right && `${Math.abs(right)} ${right > 0 ? "right" : "left"}`, down && `${Math.abs(down)} ${down > 0 ? "down" : "up"}`];
    const where = words.filter(Boolean).join(", ");
    write(this.grids["input.after"].caption, where ? `Moved ${where}` : "Drag to move it");
    write(this.grids["output.after"].caption, "Pooled after the move");
    const won = winners ? `◥ the ${winners} of ${n * n} pixels that a window takes. ` : "";
    write(this.node.note, won + notes.join(" "));
    write(this.grids.diff.caption, "After − before");
    const said = this.paintKept(where);
    this.frame();
    this.point();
    this.speak(said);
  }

  paintKept(where) {
    const { m, s, same, moved, names, changes, own } = this.data;
    const i = this.at(this.right, this.down);
    const kept = `${same[i]} of ${m * m}`;
    const tail = ` output cells ${same[i] === 1 ? "stays" : "stay"} the same.`;
    const [agree, of] = [moved[2 * i], moved[2 * i + 1]];
    const whole = where && of
      ? ` By whole strides (${s}): ${agree} of ${of} cells only moved along.` : "";
    this.node.head.replaceChildren(bold(kept), `${tail}${whole}`);
    const rows = names.map((name, row) => [name, changes[row], row === own])
      .filter(([, list], row) => list.length && !(row === 1 && s === 1));
    const most = Math.max(1, ...rows.map(([, list]) => list[i]));
    while (this.bars.rows.length > rows.length) this.bars.lastChild.remove();
    while (this.bars.rows.length < rows.length) this.bars.append(barRow());
    rows.forEach(([name, list, mine], row) => {
      const line = this.bars.rows[row];
      line.className = mine ? "own" : "";
      write(line.cells[0], name);
      line.cells[1].firstChild.firstChild.style.transform = `scaleX(${Math.max(0, list[i]) / most})`;
      write(line.cells[2], percent(list[i]));
    });
    return `${kept}${tail}${whole} The picture changes by ${percent(changes[0][i])}, the output by ${percent(changes[own][i])}.`;
  }

  speak(sentence) {
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => write(this.node.live, sentence), 250);
  }

  // Pointing --------------------------------------------------------------------------------------

  choose(kind, grid) {
    if (!this.data) return;
    const [r, c] = [Math.floor(grid.current / grid.size), grid.current % grid.size];
    if (kind === "input") {
      const { p } = this.data;
      this.looked = { grid, r: r - p, c: c - p };
    } else {
      this.cell = [r, c];
      this.looked = null;
      for (const name of ["output.before", "output.after", "diff"]) this.grids[name].select(grid.current);
    }
    this.aim ||= requestAnimationFrame(() => this.speak(this.point()));
  }

  lookAway() {
    if (!this.looked) return;
    this.looked = null;
    this.aim ||= requestAnimationFrame(() => this.point());
  }

  point() {
    cancelAnimationFrame(this.aim);
    this.aim = 0;
    return this.looked ? this.pointInput() : this.pointOutput();
  }

  // The output rows (or columns) whose window holds the row (or column) `index` of the picture.
  reached(index) {
    const { m, k, s, p } = this.data;
    const found = [];
    for (let o = 0; o < m; o++) if (index >= o * s - p && index < o * s - p + k) found.push(o);
    return found;
  }

  pointOutput() {
    const [r, c] = this.cell;
    const { k, s, p, n } = this.data;
    const [rings, picks, beams] = [[], [], []];
    const sentences = [];
    const { diff, pad, ...pairs } = this.grids;
    for (const [name, right, down, node] of [
      ["before", 0, 0, this.node.first], ["after", this.right, this.down, this.node.second],
    ]) {
      const [input, output] = [pairs[`input.${name}`], pairs[`output.${name}`]];
      const limit = (index) => Math.min(index * s + k, n + 2 * p);
      const box = this.box(input, r * s, c * s, limit(r), limit(c));
      rings.push(`M${box.x} ${box.y}H${box.end}V${box.foot}H${box.x}z`);
      const place = this.winner(r, c, right, down);
      if (place >= 0) picks.push(this.place(input, Math.floor(place / n) + p, (place % n) + p));
      const out = this.place(output, r, c);
      picks.push(out);
      beams.push(`M${box.end} ${box.y}L${out.x} ${out.y}M${box.end} ${box.foot}L${out.x} ${out.y + out.side}`);
      sentences.push(this.sentence(node, name, right, down));
    }
    picks.push(this.place(diff, r, c));
    this.mark(rings, picks, beams);
    return sentences.join(" ");
  }

  // One output cell, written out: the values of its window and what became of them.
  sentence(node, name, right, down) {
    const { n, k, s, p, kind, counted } = this.data;
    const [r, c] = this.cell;
    const rows = [];
    for (let y = r * s - p; y < Math.min(r * s - p + k, n + p); y++) {
      const row = [];
      for (let x = c * s - p; x < Math.min(c * s - p + k, n + p); x++) {
        row.push(this.inside(y, x) ? this.pixel(y, x, right, down) : null);
      }
      rows.push(row);
    }
    const value = this.output(r, c, right, down);
    const how = { max: maximum, average, l2: root }[kind](rows, k, counted);
    const sign = exact(value) && how.exact ? "=" : "≈";
    const tail = kind === "max" ? this.won(rows, r, c, right, down) : "";
    const label = name === "before" ? "Before" : "After";
    const lead = name === "before" ? `Output row ${r + 1}, column ${c + 1}. ` : "";
    node.replaceChildren(lead, bold(`${label}:`), ` ${how.words} ${sign} `, bold(text(value)), tail);
    return `${lead}${label}: ${how.words} ${sign} ${text(value)}${tail}`;
  }

  won(rows, r, c, right, down) {
    const { n } = this.data;
    const place = this.winner(r, c, right, down);
    const value = this.output(r, c, right, down);
    const equal = rows.flat().filter((one) => one === value).length;
    const first = equal > 1 ? `, the first of ${equal} equal` : "";
    return `, from row ${Math.floor(place / n) + 1}, column ${(place % n) + 1}${first}`;
  }

  pointInput() {
    const { grid, r, c } = this.looked;
    const { n, p, kind } = this.data;
    const after = grid === this.grids["input.after"];
    const [right, down] = after ? [this.right, this.down] : [0, 0];
    const output = this.grids[after ? "output.after" : "output.before"];
    const cells = this.reached(r).flatMap((y) => this.reached(c).map((x) => [y, x]));
    const wins = cells.filter(([y, x]) => this.winner(y, x, right, down) === r * n + c);
    const pixel = this.inside(r, c);
    const rings = cells.map(([y, x]) => square(this.place(output, y, x)));
    const picks = (pixel ? wins : []).map(([y, x]) => this.place(output, y, x));
    this.mark(rings, [this.place(grid, r + p, c + p), ...picks], []);
    const name = pixel
      ? `${after ? "After" : "Before"}, pixel row ${r + 1}, column ${c + 1} (${text(this.pixel(r, c, right, down))})`
      : `This padding cell (${kind === "max" ? "−∞" : "0"})`;
    const seen = cells.length ? `is seen by ${many(cells.length, "output cell")}` : "is seen by no output cell";
    const end = kind !== "max" || !cells.length ? "" : pixel
      ? ` and wins in ${wins.length || "none"} of them` : " and can never win";
    this.node.first.replaceChildren(bold(`${name} ${seen}${end}.`));
    this.node.second.replaceChildren();
    return `${name} ${seen}${end}.`;
  }

  // Marks -----------------------------------------------------------------------------------------

  place(grid, r, c) {
    const { host, pitch } = grid;
    return { x: host.offsetLeft + 0.5 + c * pitch, y: host.offsetTop + 0.5 + r * pitch, side: pitch };
  }

  box(grid, top, left, bottom, right) {
    const from = this.place(grid, top, left);
    return { ...from, end: from.x + (right - left) * grid.pitch, foot: from.y + (bottom - top) * grid.pitch };
  }

  mark(rings, picks, beams) {
    const chosen = picks.map(square).join("");
    const thin = this.pitch < 14;
    this.root.style.setProperty("--stroke", thin ? "1.5" : "2.5");
    this.root.style.setProperty("--halo", thin ? "3" : "5");
    this.node.ring.setAttribute("d", rings.join(""));
    this.node.pick.setAttribute("d", chosen);
    this.node.halo.setAttribute("d", rings.join("") + chosen);
    this.node.beam.setAttribute("d", beams.join(""));
  }

  // Where the picture begins inside its padding, and where what came in with the shift ends.
  frame() {
    const { n, p, wrap } = this.data;
    const lines = [];
    for (const name of ["before", "after"]) {
      const grid = this.grids[`input.${name}`];
      const box = this.box(grid, p, p, p + n, p + n);
      if (p) lines.push(`M${box.x} ${box.y}H${box.end}V${box.foot}H${box.x}z`);
      if (name === "before" || wrap) continue;
      const { x, y, end, foot } = box;
      const [right, down] = [this.right * grid.pitch, this.down * grid.pitch];
      if (right) lines.push(`M${right > 0 ? x + right : end + right} ${y}V${foot}`);
      if (down) lines.push(`M${x} ${down > 0 ? y + down : foot + down}H${end}`);
    }
    this.node.frame.setAttribute("d", lines.join(""));
  }
}

function barRow() {
  const row = document.createElement("tr");
  const name = document.createElement("th");
  name.scope = "row";
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.append(document.createElement("i"));
  const cell = document.createElement("td");
  cell.append(bar);
  row.append(name, cell, document.createElement("td"));
  return row;
}
