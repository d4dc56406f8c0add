import { alone } from "../../shared/mount.js";
import { Player } from "./view.js";

export default alone(Player);
