// Requests this part of the page again once the readings elsewhere on the page rest.
import { mount } from "../../shared/mount.js";

class RestListener {
  shown = ""; // the stamp that this part of the page shows
  /** @type {Send} */
  send;
  gone = new AbortController();

  constructor() {
    addEventListener("dl101-rest", ({ detail }) => {
      if (detail !== this.shown) this.send("asked", detail);
    }, { signal: this.gone.signal });
  }

  /** @param {{ shown: string }} data @param {{ setStateValue: Send }} send */
  show(data, { setStateValue }) {
    this.shown = data.shown;
    this.send = setStateValue;
  }

  destroy() {
    this.gone.abort();
  }
}

export default mount(RestListener);
