// Pixel pictures with captions. The nodes stay; a new drawing changes sources and texts only.
import { mount } from "../../shared/mount.js";
import { write } from "../../shared/words.js";

const AFTER_BARS = 25; // ms: after the frame that paints the bars, because the answer comes first
const TEXTS = /** @type {const} */ (["title", "size", "sentence"]);

/** @typedef {{ title: string, size: string, sentence: string, png: string, width: number, height: number }} Panel */
/** @typedef {{ panels: Panel[], wide: boolean, message: string }} Data */
/** @typedef {ReturnType<typeof make>} Made */

class Pictures {
  /** @type {Made[]} */
  made = [];
  timer = 0;

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    /** @type {HTMLElement} */
    this.grid = root.querySelector(".panels");
    /** @type {HTMLElement} */
    this.message = root.querySelector(".message");
  }

  /** @param {Data} data */
  show(data) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(data), this.made.length ? AFTER_BARS : 0);
  }

  destroy() {
    clearTimeout(this.timer);
  }

  // Without panels a sentence takes their place at the same height, so that nothing below moves.
  /** @param {Data} data */
  draw({ panels, wide, message }) {
    const { grid, made } = this;
    const empty = !panels.length;
    grid.style.minHeight = empty ? `${Math.max(grid.offsetHeight, 96)}px` : "";
    this.message.hidden = !empty;
    write(this.message, message);
    grid.classList.toggle("maps", wide);
    while (made.length > panels.length) made.pop().figure.remove();
    while (made.length < panels.length) made.push(make(grid));
    panels.forEach((panel, i) => fill(made[i], panel));
  }
}

/** @param {HTMLElement} grid */
function make(grid) {
  const figure = document.createElement("figure");
  const sheet = document.createElement("div"), picture = document.createElement("img");
  const caption = document.createElement("figcaption");
  sheet.className = "sheet";
  sheet.append(picture);
  const texts = TEXTS.map((name) => {
    const node = document.createElement("div");
    node.className = name;
    caption.append(node);
    return node;
  });
  figure.append(sheet, caption);
  grid.append(figure);
  return { figure, picture, texts };
}

/** @param {Made} made @param {Panel} panel */
function fill({ picture, texts }, panel) {
  TEXTS.forEach((name, i) => write(texts[i], panel[name]));
  picture.alt = `${panel.title}, ${panel.size}`;
  const source = `data:image/png;base64,${panel.png}`;
  if (picture.src !== source) picture.src = source;
  picture.classList.toggle("tall", panel.height > panel.width);
}

export default mount(Pictures);
