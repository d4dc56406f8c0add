// A lesson's picture: the shapes of an SVG file, copied one by one. Only plain shapes pass.
import { draw, set } from "../../shared/dom.js";

const SHAPES = /** @type {const} */ (["path", "rect", "circle", "ellipse", "g"]);
const PLACES = ["class", "d", "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "transform"];

/** @param {Element} host @param {string} source */
export function thumbnail(host, source) {
  const from = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
  const picture = draw(host, "svg", "thumb");
  set(picture, "viewBox", from.getAttribute("viewBox") ?? "0 0 198 112");
  set(picture, "aria-hidden", "true");
  copy(from, picture);
  return picture;
}

/** @param {Element} from @param {Element} to */
function copy(from, to) {
  for (const child of from.children) {
    const shape = SHAPES.find((name) => name === child.localName);
    if (!shape) continue;
    const node = draw(to, shape);
    for (const name of PLACES) if (child.hasAttribute(name)) set(node, name, child.getAttribute(name));
    copy(child, node);
  }
}
