// Small pictures of all channels; a press on one shows it large.
import { write } from "../../shared/words.js";

export class Channels {
  /** @param {HTMLElement} figure @param {string} title @param {() => void} onChoose */
  constructor(figure, title, onChoose) {
    this.host = figure.querySelector(".channels");
    this.title = title;
    this.onChoose = onChoose;
    this.current = 0;
  }

  // `look(channel, cell)` gives the colour of one cell; there are `side`² of them.
  /** @param {number} count @param {number} side @param {(channel: number, cell: number) => Rgb} look */
  draw(count, side, look) {
    this.current = Math.min(this.current, count - 1);
    if (count < 2) return this.host.replaceChildren();
    while (this.host.children.length > count) this.host.lastChild.remove();
    while (this.host.children.length < count) this.host.append(this.button(this.host.children.length));
    this.host.querySelectorAll("button").forEach((button, channel) => {
      button.setAttribute("aria-pressed", String(channel === this.current));
      this.paint(button.querySelector("canvas"), side, (cell) => look(channel, cell));
    });
  }

  /** @param {number} channel */
  button(channel) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", `${this.title} channel ${channel + 1}`);
    const name = document.createElement("span");
    write(name, String(channel + 1));
    button.append(document.createElement("canvas"), name);
    button.addEventListener("click", () => {
      this.current = channel;
      this.onChoose();
    });
    return button;
  }

  /** @param {HTMLCanvasElement} canvas @param {number} side @param {(cell: number) => Rgb} look */
  paint(canvas, side, look) {
    canvas.width = canvas.height = side;
    const pen = canvas.getContext("2d");
    const pixels = pen.createImageData(side, side);
    for (let cell = 0; cell < side * side; cell++) pixels.data.set([...look(cell), 255], cell * 4);
    pen.putImageData(pixels, 0, 0);
  }
}
