// Numbers and small nodes, the same in every picture.

export const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
export const round = (value, digits) => Number(value.toFixed(digits)) + 0; // + 0 turns −0 into 0
export const text = (value, digits = 3) => String(round(value, digits)).replace("-", "−");
export const exact = (value) => Math.abs(value - round(value, 3)) < 1e-6;
export const many = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

export function write(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

export function make(name, role) {
  const node = document.createElement("div");
  node.className = name;
  node.setAttribute("role", role);
  return node;
}

export function bold(words) {
  const node = document.createElement("b");
  node.textContent = words;
  return node;
}

// A × or = between pictures; a screen reader gets it from the sentence beside them.
export function sign(words) {
  const node = document.createElement("span");
  node.className = "sign";
  node.setAttribute("aria-hidden", "true");
  write(node, words);
  return node;
}
