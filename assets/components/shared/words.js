// Numbers and small nodes, the same in every picture.

/** @type {(value: number, low: number, high: number) => number} */
export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
/** @type {(value: number, digits: number) => number} */
export const round = (value, digits) => Number(value.toFixed(digits)) + 0; // + 0 turns −0 into 0
/** @type {(value: number, digits?: number) => string} */
export const text = (value, digits = 3) => String(round(value, digits)).replace("-", "−");
/** @type {(value: number) => boolean} */
export const exact = (value) => Math.abs(value - round(value, 3)) < 1e-6;
/** @type {(count: number, word: string) => string} */
export const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** @param {Node} node @param {string} words */
export function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

/** @param {string} name @param {string} role */
export function make(name, role) {
  const node = document.createElement("div");
  node.className = name;
  node.setAttribute("role", role);
  return node;
}

/** @param {string} words */
export function bold(words) {
  const node = document.createElement("b");
  node.textContent = words;
  return node;
}

// What has the focus on the page, or in the shadow root, of `node`.
/** @param {Node} node */
export function activeIn(node) {
  const root = /** @type {Document | ShadowRoot} */ (node.getRootNode());
  return /** @type {HTMLElement | null} */ (root.activeElement);
}

// A × or = between pictures; a screen reader gets it from the sentence beside them.
/** @param {string} words */
export function sign(words) {
  const node = document.createElement("span");
  node.className = "sign";
  node.setAttribute("aria-hidden", "true");
  write(node, words);
  return node;
}
