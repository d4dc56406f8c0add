import { alone } from "../../shared/mount.js";
import { Grids } from "./view.js";

export default alone(Grids);
