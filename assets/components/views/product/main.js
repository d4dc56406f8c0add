import { alone } from "../../shared/mount.js";
import { Product } from "./view.js";

export default alone(Product);
