// Requests this part of the page again once the readings elsewhere on the page rest.
import { hear } from "../../shared/bus.js";
import { mount } from "../../shared/mount.js";

class RestListener {
  shown = ""; // the stamp that this part of the page shows
  /** @type {Send} */
  send;

  constructor() {
    this.stop = hear("dl101-rest", (stamp) => {
      if (stamp !== this.shown) this.send("asked", stamp);
    });
  }

  /** @param {{ shown: string }} data @param {{ setStateValue: Send }} send */
  show(data, { setStateValue }) {
    this.shown = data.shown;
    this.send = setStateValue;
  }

  destroy() {
    this.stop();
  }
}

export default mount(RestListener);
