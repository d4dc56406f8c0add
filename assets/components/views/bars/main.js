import { alone } from "../../shared/mount.js";
import { Bars } from "./view.js";

export default alone(Bars);
