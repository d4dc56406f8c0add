// A code of exactly this experiment, which a phone opens. The server draws it from the address of
// this moment, and says why when no phone could open it.
import { hear } from "../../shared/bus.js";
import { add, draw, set } from "../../shared/dom.js";
import { write } from "../../shared/words.js";

const ICON = "M3 3h7v7H3zM14 3h7v7h-7zM3 14h7v7H3zM6 6h1v1H6zM17 6h1v1h-1zM6 17h1v1H6zM14 14h3v3h-3zM20 14h1M14 20h3M20 18v3";
const REST = 250; // ms without a change of the address
const LOST = "The server does not answer, so there is no QR code now.";

export class PhoneCode {
  timer = 0;
  asked = 0;

  /** @param {HTMLElement} host */
  constructor(host) {
    this.button = add(host, "button", "phone");
    this.button.type = "button";
    set(this.button, "aria-expanded", "false");
    set(this.button, "aria-label", "QR code for phones");
    const icon = draw(this.button, "svg", "icon");
    set(icon, "viewBox", "0 0 24 24");
    set(icon, "aria-hidden", "true");
    set(draw(icon, "path"), "d", ICON);
    this.panel = add(host, "div", "panel");
    set(this.panel, "role", "group");
    set(this.panel, "aria-label", "QR code for phones");
    set(this.panel, "popover", "auto"); // Escape and a click elsewhere close it
    this.picture = add(this.panel, "img");
    this.words = add(this.panel, "p");
    set(this.words, "aria-live", "polite");
    this.button.addEventListener("click", () => this.panel.togglePopover());
    this.panel.addEventListener("toggle", this.toggled);
    this.ignore = hear("dl101-address", this.later);
  }

  /** @param {boolean} shown */
  offer(shown) {
    this.button.hidden = !shown;
    if (!shown && this.open()) this.panel.hidePopover();
  }

  destroy() {
    this.ignore();
    clearTimeout(this.timer);
  }

  open = () => this.panel.matches(":popover-open");

  toggled = () => {
    set(this.button, "aria-expanded", String(this.open()));
    if (this.open()) this.ask();
  };

  later = () => {
    clearTimeout(this.timer);
    if (this.open()) this.timer = setTimeout(() => this.ask(), REST);
  };

  async ask() {
    const turn = ++this.asked;
    /** @type {{ address?: string, svg?: string, why?: string }} */
    let found;
    try {
      found = await (await fetch(question(location.href))).json();
    } catch {
      found = { why: LOST };
    }
    if (turn === this.asked) this.paint(found);
  }

  /** @param {{ address?: string, svg?: string, why?: string }} found */
  paint({ address = "", svg = "", why = "" }) {
    this.picture.hidden = !svg;
    this.picture.alt = svg ? `QR code of ${address}` : "";
    if (svg) this.picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    else this.picture.removeAttribute("src");
    write(this.words, why || address);
  }
}

// The phone gets the same settings, but a page for one reader.
/** @param {string} href */
export function question(href, base = globalThis.dl101Base ?? document.baseURI) {
  const page = new URL(href), app = new URL(".", base);
  page.searchParams.delete("projector");
  page.hash = "";
  const asks = new URL("phone-code", app);
  asks.searchParams.set("base", app.href);
  asks.searchParams.set("rest", page.href.slice(app.href.length));
  return asks.href;
}
