// Nodes of an SVG picture that stay from one drawing to the next: only what changed is written.

/** @typedef {Record<string, string | number>} Attributes */
/** @typedef {{ tag: string, at: Attributes, text?: string }} Spec what a node shall be */

const NS = "http://www.w3.org/2000/svg";
/** What was written last. @type {WeakMap<Element, Attributes>} */
const WRITTEN = new WeakMap();

/** @param {string} tag @param {Attributes} [at] */
export function svgNode(tag, at = {}) {
  const node = document.createElementNS(NS, tag);
  setAll(node, at);
  return node;
}

/** Writes the attributes that are new or other, and takes away those that are not in `at` any more. */
/** @param {Element} node @param {Attributes} at */
export function setAll(node, at) {
  const before = WRITTEN.get(node) ?? {};
  for (const name in at) if (before[name] !== at[name]) node.setAttribute(name, String(at[name]));
  for (const name in before) if (!(name in at)) node.removeAttribute(name);
  WRITTEN.set(node, at);
}

/** Makes the children of `parent` what `specs` say; a child of the same tag is used again. */
/** @param {Element} parent @param {Spec[]} specs */
export function fill(parent, specs) {
  while (parent.childNodes.length > specs.length) parent.lastChild.remove();
  specs.forEach(({ tag, at, text = "" }, i) => {
    let child = parent.children[i];
    if (child?.tagName !== tag) {
      const made = svgNode(tag);
      if (child) child.replaceWith(made); else parent.append(made);
      child = made;
    }
    setAll(child, at);
    if (child.textContent !== text) child.textContent = text;
  });
}

/** @type {(at: Attributes) => Spec} */
export const path = (at) => ({ tag: "path", at });
/** @type {(text: string, at: Attributes) => Spec} */
export const words = (text, at) => ({ tag: "text", at, text });
