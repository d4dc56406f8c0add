// Skip links for the keyboard. Those of the page stand before everything else and lead to the picture
// and to the controls; another stands in its place and leads past controls to their target.
import { mount } from "../../shared/mount.js";

const CONTROLS = "button, input, a, [tabindex]";

/** @typedef {{ label: string, to: string, picture?: boolean, within?: string[] }} Target `within`: where to look first */
/** @typedef {{ first?: Target[] } & Partial<Target>} Data `first`: the links of the page */

class Skip {
  links = document.createElement("nav");
  told = "";

  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.links.className = "dl101-skips";
    this.links.setAttribute("aria-label", "Skip");
  }

  /** @param {Data} data */
  show(data) {
    const { first, label = "", to = "" } = data, told = JSON.stringify(data);
    if (told === this.told && (!first || this.links.isConnected)) return; // a link that has the focus stays
    this.told = told;
    if (first) {
      this.links.replaceChildren(...first.map((target) => linkTo(target, "first")));
      if (document.body.firstElementChild !== this.links) document.body.prepend(this.links);
    } else this.root.querySelector(".dl101-skip-place").replaceChildren(linkTo({ label, to }));
  }

  destroy() {
    this.links.remove();
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
