// What the network gets, beside its answer: 28 by 28 pixels under a fine grid.
import { add } from "../../shared/dom.js";
import { write } from "../../shared/words.js";

export class Seen {
  /** @param {HTMLElement} host */
  constructor(host) {
    const figure = add(host, "figure", "seen");
    write(add(figure, "figcaption"), "It sees 28 × 28 pixels");
    this.sheet = add(figure, "div", "pixels");
    this.picture = add(this.sheet, "img");
    this.picture.alt = "What the network sees, 28 by 28 pixels";
    this.show("");
  }

  /** @param {string} png in base64, empty without a digit */
  show(png) {
    this.picture.hidden = !png;
    const source = `data:image/png;base64,${png}`;
    if (png && this.picture.src !== source) this.picture.src = source;
  }
}
