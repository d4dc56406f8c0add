import { alone } from "../../shared/mount.js";
import { Tip } from "./view.js";

export default alone(Tip);
