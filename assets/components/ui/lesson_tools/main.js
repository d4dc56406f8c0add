// Beside the lesson's title: light or dark, and in projector mode the code for phones.
import { hear } from "../../shared/bus.js";
import { add, draw, set } from "../../shared/dom.js";
import { mount } from "../../shared/mount.js";
import { PhoneCode } from "./code.js";

const MOON = "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z";
const SUN = "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v3M12 19v3M2 12h3M19 12h3M4.9 4.9 7 7M17 17l2.1 2.1M19.1 4.9 17 7M7 17l-2.1 2.1";
const SYSTEM = matchMedia("(prefers-color-scheme: dark)");

class Tools {
  /** @param {ShadowRoot | HTMLElement} root */
  constructor(root) {
    this.host = /** @type {HTMLElement} */ (root.querySelector(".tools"));
    this.button = add(this.host, "button", "theme");
    this.button.type = "button";
    this.button.hidden = globalThis.dl101Theme === undefined;
    this.button.addEventListener("click", () => globalThis.dl101Theme.choose(other()));
    const icon = draw(this.button, "svg", "icon");
    set(icon, "viewBox", "0 0 24 24");
    set(icon, "aria-hidden", "true");
    this.icon = draw(icon, "path");
    this.code = new PhoneCode(this.host);
    this.ignore = hear("dl101-theme", this.name);
    SYSTEM.addEventListener("change", this.name);
    this.name();
  }

  /** @param {{ projector: boolean }} data */
  show(data) {
    this.code.offer(data.projector);
  }

  destroy() {
    this.ignore();
    SYSTEM.removeEventListener("change", this.name);
    this.code.destroy();
  }

  name = () => {
    const to = other();
    set(this.button, "aria-label", `Switch to ${to}`);
    set(this.button, "title", `Switch to ${to}`);
    set(this.icon, "d", to === "dark" ? MOON : SUN);
  };
}

export default mount(Tools);

const other = () => (globalThis.dl101Theme?.now() === "dark" ? "light" : "dark");
