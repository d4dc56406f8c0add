import { alone } from "../../shared/mount.js";
import { Graph } from "./view.js";

export default alone(Graph);
