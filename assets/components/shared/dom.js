// Small helpers for nodes that stay while their data change.

const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Element} host @param {Tag} tag @param {string} [name] @returns {HTMLElementTagNameMap[Tag]}
 */
export function add(host, tag, name = "") {
  const node = document.createElement(tag);
  if (name) node.className = name;
  host.append(node);
  return node;
}

/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Element} host @param {Tag} tag @param {string} [name] @returns {SVGElementTagNameMap[Tag]}
 */
export function draw(host, tag, name = "") {
  const node = /** @type {SVGElementTagNameMap[Tag]} */ (document.createElementNS(SVG, tag));
  if (name) set(node, "class", name);
  host.append(node);
  return node;
}

// Sets an attribute only when it changes: an equal one would still cost the browser some work.
/** @param {Element} node @param {string} name @param {string} value */
export function set(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

// As many children as there are items; those that are there stay.
/**
 * @template Item
 * @param {Element} host @param {readonly Item[]} items @param {() => Element} make
 * @param {(node: Element, item: Item, index: number) => void} show
 */
export function each(host, items, make, show) {
  while (host.children.length > items.length) host.lastElementChild.remove();
  while (host.children.length < items.length) host.append(make());
  items.forEach((item, i) => show(host.children[i], item, i));
}

/** @param {number} share */
export const percent = (share) => `${(100 * share).toFixed(3)}%`;
