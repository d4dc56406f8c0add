// The box beside the cursor that lists the values, and the same words for a screen reader.
import { write } from "../../shared/words.js";
import { spoken } from "./readings.js";

/** @typedef {import("./readings.js").Readings} Readings */

const PAUSE = 250; // ms from one reading aloud to the next, at least

export class Tip {
  /** @param {HTMLElement} box @param {HTMLElement} aloud */
  constructor(box, aloud) {
    this.box = box;
    this.aloud = aloud;
    this.words = "";
    this.timer = 0;
  }

  /**
   * `at`: the cursor's place in pixels, `width`: of the whole picture.
   *
   * @param {Readings} read @param {number} at @param {number} width
   */
  show(read, at, width) {
    const { box } = this;
    const lines = [{ words: read.head, colour: "" }, ...read.rows];
    if (read.more) lines.push({ words: `and ${read.more} more`, colour: "" });
    while (box.children.length > lines.length) box.lastChild.remove();
    while (box.children.length < lines.length) box.append(row());
    lines.forEach(({ words, colour }, i) => {
      const [dot, text] = /** @type {Iterable<HTMLElement>} */ (/** @type {unknown} */ (box.children[i].children));
      write(text, words);
      if (dot.style.backgroundColor !== colour) dot.style.backgroundColor = colour;
      dot.hidden = !colour;
    });
    // On the side with more room; so nothing has to be measured.
    const right = at <= width / 2;
    box.style.left = right ? `${at + 12}px` : "auto";
    box.style.right = right ? "auto" : `${width - at + 12}px`;
    box.style.maxWidth = `${Math.max(at, width - at) - 14}px`;
    box.hidden = false;
    this.say(spoken(read));
  }

  hide() {
    this.box.hidden = true;
    this.say("");
  }

  /** The last words count; what lies between is not read. @param {string} words */
  say(words) {
    if (words === this.words) return;
    this.words = words;
    this.timer ||= setTimeout(() => {
      this.timer = 0;
      write(this.aloud, this.words);
    }, PAUSE);
  }

  destroy() {
    clearTimeout(this.timer);
  }
}

function row() {
  const line = document.createElement("p");
  line.append(document.createElement("i"), document.createElement("span"));
  return line;
}
