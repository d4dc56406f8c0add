// One bar: from the left, or, of signed values, from the middle.
import { clamp } from "../../shared/words.js";

export function makeBar() {
  const bar = document.createElement("div");
  bar.className = "bar";
  bar.append(document.createElement("i"));
  return bar;
}

/** @param {Element} bar @param {number} length a share of the width @param {boolean} signed */
export function setBar(bar, length, signed) {
  bar.classList.toggle("signed", signed);
  bar.classList.toggle("minus", length < 0);
  bar.querySelector("i").style.transform = `scaleX(${clamp(length, -1, 1)})`;
}
