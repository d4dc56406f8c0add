// One lesson on the path: its stop on the line, its picture, its title, and what it answers.
import { add } from "../../shared/dom.js";
import { write } from "../../shared/words.js";
import { lead } from "./link.js";
import { tick } from "./marks.js";
import { isDone } from "./progress.js";
import { thumbnail } from "./thumbnail.js";

/** @typedef {{ url: string, title: string, answers: string, picture: string }} Lesson */
/** @typedef {{ span: number, first: boolean, last: boolean }} Room */

export class Tile {
  /** @param {Element} host @param {Lesson} lesson @param {Room} room @param {(url: string) => void} open */
  constructor(host, lesson, { span, first, last }, open) {
    this.node = add(host, "li", "tile");
    for (const [name, on] of Object.entries({ wide: span > 1, first, last })) this.node.classList.toggle(name, on);
    const stop = add(this.node, "div", "stop");
    const dot = add(stop, "span", "dot");
    tick(dot);
    this.flag = add(stop, "span", "flag");
    const link = add(this.node, "a");
    lead(link, lesson.url, open);
    thumbnail(add(link, "span", "frame"), lesson.picture);
    const words = add(link, "span", "words");
    write(add(words, "span", "name"), lesson.title);
    write(add(words, "span", "answers"), lesson.answers);
    this.state = add(words, "span", "spoken");
  }

  /** @param {import("./progress.js").Progress | undefined} progress @param {string} flag */
  mark(progress, flag) {
    const done = isDone(progress);
    this.node.classList.toggle("done", done);
    this.node.classList.toggle("now", Boolean(flag));
    const share = progress && progress.done && !done ? `${progress.done} of ${progress.steps} steps` : "";
    write(this.flag, [flag, share].filter(Boolean).join(" · "));
    this.flag.hidden = !flag && !share;
    write(this.state, done ? " Done." : "");
  }
}
