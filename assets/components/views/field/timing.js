// What follows a pointer: drawn once a frame, and read out at most four times a second.
import { write } from "../../shared/words.js";

// However often it is called, `draw` runs once, in the next frame.
/** @param {() => void} draw */
export function onceAFrame(draw) {
  let asked = 0;
  const ask = () => {
    asked ||= requestAnimationFrame(() => {
      asked = 0;
      draw();
    });
  };
  ask.stop = () => {
    cancelAnimationFrame(asked);
    asked = 0;
  };
  return ask;
}

export class Speech {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.node = document.createElement("p");
    this.node.className = "spoken said";
    this.node.setAttribute("aria-live", "polite");
    this.words = "";
    host.append(this.node);
  }

  /** @param {string} words */
  say(words) {
    this.words = words;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      write(this.node, this.words);
    }, 250);
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
