import { alone } from "../../shared/mount.js";
import { Chart } from "./view.js";

export default alone(Chart);
