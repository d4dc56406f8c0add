import { alone } from "../../shared/mount.js";
import { Field } from "./view.js";

export default alone(Field);
