// The course as a path: its chapters in order, their lessons, and ticks for what this browser has
// done. The ticks are read here and never sent.
import { add } from "../../shared/dom.js";
import { mount } from "../../shared/mount.js";
import { many, write } from "../../shared/words.js";
import { Chapter } from "./chapter.js";
import { isDone, KEY, next, read } from "./progress.js";
import { Strip } from "./strip.js";

/** @typedef {{ chapters: import("./chapter.js").Data[] }} Data */

class Course {
  /** @type {Chapter[]} */
  chapters = [];
  shown = ""; // the data of the chapters on show
  /** @type {string | null} */
  forgotten = null; // the ticks that the learner took away
  /** @type {Send} */
  send = () => {};
  stop = new AbortController();

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    const whole = root.querySelector(".course");
    this.strip = new Strip(whole);
    const top = add(whole, "div", "top");
    write(add(top, "h2"), "The course");
    this.count = add(top, "p", "count");
    this.list = add(whole, "ol", "chapters");
    this.own = add(whole, "p", "own");
    write(add(this.own, "span"), "Your ticks stay in this browser. ");
    this.forget = add(this.own, "button");
    this.forget.type = "button";
    this.forget.onclick = () => this.forgetOrBringBack();
    // Another tab may have done a step meanwhile.
    addEventListener("storage", () => this.mark(), { signal: this.stop.signal });
    addEventListener("pageshow", () => this.mark(), { signal: this.stop.signal });
  }

  /** @param {Data} data @param {{ setTriggerValue: Send }} send */
  show({ chapters }, { setTriggerValue }) {
    this.send = setTriggerValue;
    const text = JSON.stringify(chapters);
    if (text !== this.shown) {
      this.shown = text;
      this.list.replaceChildren();
      this.chapters = chapters.map((chapter, i) => new Chapter(this.list, chapter, i + 1, this.open));
    }
    this.mark();
  }

  /** @param {string} url */
  open = (url) => this.send("open", url);

  mark() {
    if (!this.chapters.length) return;
    const urls = this.chapters.flatMap(({ data }) => data.lessons.map(({ url }) => url));
    const progress = read(kept(), urls);
    const to = next(urls, progress);
    const done = urls.filter((url) => isDone(progress.get(url))).length;
    this.strip.show(this.chapters, progress, to, this.open);
    for (const chapter of this.chapters) chapter.mark(progress, to);
    write(this.count, done ? `${done} of ${urls.length} lessons done in this browser` : many(urls.length, "lesson"));
    if (progress.size) this.forgotten = null;
    this.own.hidden = !progress.size && this.forgotten === null;
    write(this.forget, this.forgotten === null ? "Forget them" : "Bring them back");
  }

  forgetOrBringBack() {
    const before = this.forgotten;
    this.forgotten = before === null ? kept() : null;
    keep(before);
    this.mark();
  }

  destroy() {
    this.stop.abort();
  }
}

// A browser may forbid storage: then there are no ticks.
function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @param {string | null} text null for nothing */
function keep(text) {
  try {
    if (text === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, text);
  } catch { /* not allowed here: nothing is saved */ }
}

export default mount(Course);
