// The picture walks aside and back, once for each visit of the site: this is what the lesson is about.

const WALK = [0, 1, 2, 3, 2];
const STEP_MS = 340;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
let seen = false;

export class Opening {
  timer = 0;

  /**
   * @param {HTMLElement} root a hand or a key on it ends the walk
   * @param {(right: number) => void} step
   * @param {() => void} end the picture goes to its own place
   */
  constructor(root, step, end) {
    this.step = step;
    this.end = end;
    for (const name of ["pointerover", "pointerdown", "focusin"]) root.addEventListener(name, () => this.finish());
  }

  get walking() {
    return this.timer > 0;
  }

  begin() {
    if (seen || CALM.matches) return;
    seen = true;
    this.walk(0);
  }

  /** @param {number} number of the step */
  walk(number) {
    this.timer = setTimeout(() => (number + 1 < WALK.length ? this.walk(number + 1) : this.finish()), STEP_MS);
    this.step(WALK[number]);
  }

  finish() {
    if (!this.walking) return;
    this.stop();
    this.end();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
  }
}
