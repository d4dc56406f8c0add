// Sends the stamp of this page's picture once the picture rests: formulas and code follow then.
import { mount } from "../../shared/mount.js";

const REST_MS = 400;

class Debounce {
  resting = 0;

  /** @param {{ stamp: string }} data */
  show(data) {
    clearTimeout(this.resting);
    const rest = new CustomEvent("dl101-rest", { detail: data.stamp });
    this.resting = setTimeout(() => dispatchEvent(rest), REST_MS);
  }

  destroy() {
    clearTimeout(this.resting);
  }
}

export default mount(Debounce);
