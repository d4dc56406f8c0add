// A skip link for the keyboard. The first one of the page stands before everything else and leads
// to the picture; another stands in its place and leads past controls to their target.
import { mount } from "../../shared/mount.js";

const CONTROLS = "button, input, a, [tabindex]";

/** @typedef {{ label: string, to: string, first: boolean }} Data */

class Skip {
  link = document.createElement("a");

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.link.className = "dl101-skip";
  }

  /** @param {Data} data */
  show(data) {
    this.link.textContent = data.label;
    this.link.href = `#${data.to}`;
    this.link.onclick = (event) => {
      event.preventDefault();
      if (data.first) toPicture(data.to);
      else toControl(data.to);
    };
    if (data.first) {
      this.link.classList.add("first");
      if (document.body.firstElementChild !== this.link) document.body.prepend(this.link);
    } else this.root.querySelector(".dl101-skip-place").replaceChildren(this.link);
  }

  destroy() {
    this.link.remove();
  }
}

export default mount(Skip);

/** @param {string} key */
const part = (key) => /** @type {HTMLElement | null} */ (document.querySelector(`.st-key-${key}`));

/** @param {string} key */
function toControl(key) {
  part(key)?.scrollIntoView({ block: "center" });
  /** @type {HTMLElement | null | undefined} */
  const control = part(key)?.querySelector(CONTROLS);
  control?.focus();
}

/** @param {string} key */
function toPicture(key) {
  const target = part(key) ?? document.querySelector("h1");
  if (!target) return;
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus();
}
