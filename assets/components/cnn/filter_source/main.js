// The unfiltered picture, in a part of its own: an answer that does not change it holds only its name.
import { say } from "../../shared/bus.js";

/** @type {Part<Source>} */
export default ({ data }) => {
  globalThis.dl101Source = data;
  say("dl101-source", undefined);
};
