// When things happen: once a frame, after a pause, and when a width has changed.
import { write } from "./words.js";

const PAUSE_MS = 250; // before a sentence is spoken: a moving pointer must not flood the listener

/** Calls `act` once in the next frame, however often it is asked for. */
export class Frame {
  /** @param {() => void} act */
  constructor(act) {
    this.act = act;
    this.asked = 0;
  }

  ask() {
    this.asked ||= requestAnimationFrame(() => {
      this.asked = 0;
      this.act();
    });
  }

  stop() {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
  }
}

/** Writes into a live region once nothing newer has come for a moment. */
export class Speaker {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    this.timer = 0;
  }

  /** @param {string} sentence */
  say(sentence) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => write(this.node, sentence), PAUSE_MS);
  }

  stop() {
    clearTimeout(this.timer);
  }
}

/** A speaker with a live region of its own in `host`. @param {HTMLElement} host */
export function spokenIn(host) {
  const node = document.createElement("p");
  node.className = "spoken";
  node.setAttribute("role", "status");
  host.append(node);
  return new Speaker(node);
}

/**
 * Calls `act` with the width of `node` at every change by more than a pixel; the function that this
 * returns ends it. A scroll bar that comes and goes must not lead to a circle of layouts.
 *
 * @param {Element} node @param {(width: number) => void} act
 */
export function onWidth(node, act) {
  let last = -1;
  const observer = new ResizeObserver(([entry]) => {
    const { width } = entry.contentRect;
    if (Math.abs(width - last) <= 1) return;
    last = width;
    act(width);
  });
  observer.observe(node);
  return () => observer.disconnect();
}
