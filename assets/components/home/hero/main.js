// A kernel slides over a digit and leaves its output behind. Every value comes from the server.
import { scale } from "../../shared/colours.js";
import { mount } from "../../shared/mount.js";

const PASS_MS = 6000;

/**
 * @typedef {object} Data
 * @property {number[]} input
 * @property {number[]} output
 * @property {number} kernel_size
 * @property {Stops[][]} scales of input and output, on light and on dark pages
 * @property {string} caption
 * @property {string} input_label
 * @property {string} output_label
 * @property {string} accent
 */

class Hero {
  /** @type {Data | undefined} */
  data;
  /** @type {string[][]} */
  tables = []; // colours of the values of input and output
  frame = 0;
  shown = 0; // cells of the output
  begin = 0;

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {HTMLCanvasElement} */
    this.input = root.querySelector(".in");
    /** @type {HTMLCanvasElement} */
    this.output = root.querySelector(".out");
    root.querySelector(".again").addEventListener("click", () => this.play());
    this.themes = new MutationObserver(() => {
      if (!this.data) return;
      this.readScales();
      this.draw(this.shown);
    });
    const app = document.querySelector('[data-testid="stApp"]') ?? document.body;
    this.themes.observe(app, { attributeFilter: ["class", "style"] });
  }

  /** @param {Data} data */
  show(data) {
    if (this.data) return;
    this.data = data;
    this.readScales();
    this.root.querySelector(".caption").textContent = data.caption;
    this.input.setAttribute("aria-label", data.input_label);
    this.output.setAttribute("aria-label", data.output_label);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.draw(data.output.length);
    else this.play();
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.themes.disconnect();
  }

  // The theme, from the lightness of the page behind the picture.
  isDark() {
    const probe = document.createElement("i");
    probe.style.color = "var(--st-background-color)";
    this.root.querySelector(".hero").append(probe);
    const [r, g, b] = getComputedStyle(probe).color.match(/[\d.]+/g).map(Number);
    probe.remove();
    return r + g + b < 384;
  }

  readScales() {
    this.tables = this.data.scales[Number(this.isDark())].map((stops) => {
      const colour = scale(stops);
      return Array.from({ length: 256 }, (_, value) => `rgb(${colour(value / 255)})`);
    });
  }

  play() {
    cancelAnimationFrame(this.frame);
    this.begin = performance.now();
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  /** @param {number} now */
  tick(now) {
    const share = (now - this.begin) / PASS_MS;
    this.draw(Math.floor(share * this.data.output.length));
    this.frame = share < 1 ? requestAnimationFrame((next) => this.tick(next)) : 0;
  }

  /** @param {number} position */
  draw(position) {
    this.shown = position;
    const { input, output, kernel_size: kernel } = this.data;
    const total = output.length;
    const m = Math.sqrt(total);
    const at = Math.min(position, total - 1);
    const [row, column] = [Math.floor(at / m), at % m];
    const from = paint(this.input, input, input.length, this.tables[0]);
    const to = paint(this.output, output, Math.min(position + 1, total), this.tables[1]);
    if (position >= total) return;
    this.outline(from.pen, column * from.cell, row * from.cell, kernel * from.cell);
    this.outline(to.pen, column * to.cell, row * to.cell, to.cell);
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} size */
  outline(pen, x, y, size) {
    pen.lineWidth = Math.max(2, 3 * devicePixelRatio);
    pen.strokeStyle = this.data.accent;
    pen.strokeRect(x, y, size, size);
  }
}

// The first `count` values.
/** @param {HTMLCanvasElement} canvas @param {number[]} values @param {number} count @param {string[]} colours */
function paint(canvas, values, count, colours) {
  const n = Math.sqrt(values.length);
  const size = Math.round(canvas.clientWidth * devicePixelRatio) || 1;
  if (canvas.width !== size) canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  const cell = canvas.width / n;
  pen.clearRect(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < count; i++) {
    pen.fillStyle = colours[values[i]];
    pen.fillRect((i % n) * cell, Math.floor(i / n) * cell, cell + 1, cell + 1);
  }
  return { pen, cell };
}

export default mount(Hero);
