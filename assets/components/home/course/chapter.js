// One chapter on the path: its number, title and sentence, and its lessons.
import { add } from "../../shared/dom.js";
import { many, write } from "../../shared/words.js";
import { tick } from "./marks.js";
import { isDone } from "./progress.js";
import { spans } from "./spans.js";
import { Tile } from "./tile.js";

/** @typedef {{ title: string, about: string, lessons: import("./tile.js").Lesson[] }} Data */

export class Chapter {
  /** @param {Element} host @param {Data} data @param {number} number @param {(url: string) => void} open */
  constructor(host, data, number, open) {
    this.data = data;
    this.node = add(host, "li", "chapter");
    const head = add(this.node, "div", "head");
    const node = add(head, "span", "node");
    node.setAttribute("aria-hidden", "true");
    write(add(node, "span", "number"), String(number));
    tick(node);
    this.title = add(head, "h3");
    this.title.tabIndex = -1;
    write(this.title, data.title);
    if (data.about) write(add(head, "p", "about"), data.about);
    this.share = add(head, "p", "share");
    const list = add(this.node, "ol", "tiles");
    const rooms = spans(data.lessons.length);
    this.tiles = data.lessons.map((lesson, i) => new Tile(list, lesson, rooms[i], open));
  }

  /** @param {import("./progress.js").AllProgress} progress @param {{ url: string, words: string }} next */
  mark(progress, next) {
    const { lessons } = this.data;
    const done = lessons.filter(({ url }) => isDone(progress.get(url))).length;
    lessons.forEach(({ url }, i) => this.tiles[i].mark(progress.get(url), url === next.url ? next.words : ""));
    this.node.classList.toggle("full", done === lessons.length);
    write(this.share, done ? `${done} of ${lessons.length} done` : many(lessons.length, "lesson"));
  }

  // Leads the eye and the keyboard to this chapter.
  visit() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.node.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
    this.title.focus({ preventScroll: true });
  }
}
