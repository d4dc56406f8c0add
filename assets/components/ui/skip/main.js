// Skip links for the keyboard. Those of the page stand before everything else and lead to the picture
// and to the controls; another stands in its place and leads past controls to their target.
import { mount } from "../../shared/mount.js";

const CONTROLS = "button, input, a, [tabindex]";

/** @typedef {{ label: string, to: string, picture?: boolean, within?: string[] }} Target `within`: where to look first */
/** @typedef {{ first?: Target[] } & Partial<Target>} Data `first`: the links of the page */

const PAGE_LINKS = document.createElement("nav");
PAGE_LINKS.className = "dl101-skips";
PAGE_LINKS.setAttribute("aria-label", "Skip");
const AGAIN = 2000; // ms; a part that is mounted anew takes over links that may have the focus
let shown = "";
/** Whose links those of the page are. @type {Skip | null} */
let owner = null;

class Skip {
  told = "";

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    this.root = root;
  }

  /** @param {Data} data */
  show({ first, label = "", to = "" }) {
    if (first) this.showPageLinks(first);
    else if (this.told !== label + to) {
      this.told = label + to;
      this.root.querySelector(".dl101-skip-place").replaceChildren(linkTo({ label, to }));
    }
  }

  /** @param {Target[]} first */
  showPageLinks(first) {
    owner = this;
    const told = JSON.stringify(first);
    if (told !== shown) PAGE_LINKS.replaceChildren(...first.map((target) => linkTo(target, "first")));
    shown = told;
    if (document.body.firstElementChild !== PAGE_LINKS) document.body.prepend(PAGE_LINKS);
  }

  destroy() {
    setTimeout(() => owner === this && PAGE_LINKS.remove(), AGAIN);
  }
}

/** @param {Target} target @param {string} [more] classes */
function linkTo({ label, to, picture = false, within = [] }, more = "") {
  const link = document.createElement("a");
  link.className = `dl101-skip ${more} to-${to}`;
  link.textContent = label;
  link.href = `#${to}`;
  link.onclick = (event) => {
    event.preventDefault();
    if (picture) toPicture(to);
    else toControl([...within, to]);
  };
  return link;
}

export default mount(Skip);

/** @param {string} key */
const part = (key) => /** @type {HTMLElement | null} */ (document.querySelector(`.st-key-${key}`));

/** The first control that can take the focus. @param {string[]} keys */
function toControl(keys) {
  const controls = keys.flatMap((key) => [...(part(key)?.querySelectorAll(CONTROLS) ?? [])]);
  const control = controls.find((one) => one instanceof HTMLElement && one.checkVisibility() && one.tabIndex >= 0);
  if (!(control instanceof HTMLElement)) return;
  control.focus();
  control.scrollIntoView({ block: "nearest" });
}

/** @param {string} key */
function toPicture(key) {
  const target = part(key) ?? document.querySelector("h1");
  if (!target) return;
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus();
}
