// The server's last answer to the lab's polls, for lab_curves.
import { say } from "../../shared/bus.js";

/** @type {Part<{ text: string }>} */
export default ({ data, setStateValue }) => {
  globalThis.dl101Feed = { text: data.text, ask: setStateValue };
  say("dl101-lab", undefined);
};
