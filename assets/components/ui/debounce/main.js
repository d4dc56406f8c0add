// Sends the stamp of this page's picture once the picture rests: formulas and code follow then.
import { say } from "../../shared/bus.js";
import { mount } from "../../shared/mount.js";

const REST_MS = 400;

class Debounce {
  resting = 0;

  /** @param {{ stamp: string }} data */
  show(data) {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => say("dl101-rest", data.stamp), REST_MS);
  }

  destroy() {
    clearTimeout(this.resting);
  }
}

export default mount(Debounce);
