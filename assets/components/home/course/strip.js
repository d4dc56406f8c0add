// The strip below the pad: where to go from here, and the chapters as stops of one line.
import { add, each } from "../../shared/dom.js";
import { write } from "../../shared/words.js";
import { lead } from "./link.js";
import { arrow, tick } from "./marks.js";
import { isDone } from "./progress.js";

/** @typedef {import("./chapter.js").Chapter} Chapter */

export class Strip {
  /** @param {Element} host */
  constructor(host) {
    this.node = add(host, "div", "strip");
    this.go = add(this.node, "a", "go");
    this.words = add(this.go, "b");
    this.name = add(this.go, "span");
    arrow(this.go);
    const way = add(this.node, "nav");
    way.setAttribute("aria-label", "Chapters");
    this.stops = add(way, "ol", "stops");
  }

  /**
   * @param {Chapter[]} chapters @param {import("./progress.js").AllProgress} progress
   * @param {{ url: string, words: string }} next @param {(url: string) => void} open
   */
  show(chapters, progress, next, open) {
    const lessons = chapters.flatMap(({ data }) => data.lessons);
    write(this.words, next.words);
    write(this.name, lessons.find(({ url }) => url === next.url)?.title ?? "");
    lead(this.go, next.url, open);
    each(this.stops, chapters, makeStop, (stop, chapter, i) => {
      const here = chapter.data.lessons.some(({ url }) => url === next.url);
      const full = chapter.data.lessons.every(({ url }) => isDone(progress.get(url)));
      stop.classList.toggle("here", here);
      stop.classList.toggle("full", full);
      const button = stop.querySelector("button");
      button.onclick = () => chapter.visit();
      write(stop.querySelector(".number"), String(i + 1));
      write(stop.querySelector(".short"), chapter.data.title.split(" ")[0]);
      button.setAttribute("aria-label", `${i + 1} ${chapter.data.title}${full ? ", done" : ""}`);
    });
  }
}

function makeStop() {
  const stop = document.createElement("li");
  const button = add(stop, "button");
  button.type = "button";
  const node = add(button, "span", "node");
  add(node, "span", "number");
  tick(node);
  add(button, "span", "short");
  return stop;
}
