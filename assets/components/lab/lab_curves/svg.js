// Nodes of an SVG picture.
const NS = "http://www.w3.org/2000/svg";

export function make(tag, attributes = {}, text = "") {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text) element.textContent = text;
  return element;
}
