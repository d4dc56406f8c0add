// Steps through the cells: back, forward, or by itself at a chosen speed.
import { write } from "../../shared/words.js";

export class Player {
  // `walk(by)` moves by so many cells, and gives false at the end; `restart()` goes to the first.
  /** @param {ParentNode} root @param {(by: number) => boolean} walk @param {() => void} restart */
  constructor(root, walk, restart) {
    this.walk = walk;
    this.restart = restart;
    this.timer = 0;
    /** @type {HTMLButtonElement} */
    this.button = root.querySelector(".play");
    /** @type {HTMLSelectElement} */
    this.speed = root.querySelector(".speed");
    // With reduced motion the slide is slow at first; the learner may still choose a faster one.
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) this.speed.value = "1";
    this.button.addEventListener("click", () => (this.timer ? this.stop() : this.play()));
    for (const [name, by] of Object.entries({ back: -1, next: 1 }))
      root.querySelector(`.${name}`).addEventListener("click", () => { this.stop(); this.walk(by); });
    this.speed.addEventListener("change", () => this.timer && this.run());
  }

  play() {
    if (!this.walk(0)) this.restart();
    this.run();
    this.label("⏸", "Pause", "true");
  }

  run() {
    clearInterval(this.timer);
    this.timer = setInterval(() => this.walk(1) || this.stop(), 1000 / Number(this.speed.value));
  }

  toggle() {
    this.button.click();
  }

  stop() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = 0;
    this.label("▶", "Play", "false");
  }

  /** @param {string} sign @param {string} word @param {"true" | "false"} pressed */
  label(sign, word, pressed) {
    const [icon, name] = this.button.children;
    write(icon, sign);
    write(name, word);
    this.button.setAttribute("aria-pressed", pressed);
  }
}
