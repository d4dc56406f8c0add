// A formula as MathML, made of pieces.
import { sentence } from "./sentence.js";

/** @typedef {import("../data.js").MathPiece} Piece */

const MATHML = "http://www.w3.org/1998/Math/MathML";
const BREAKS = "=≈≠<>≤≥→+−"; // a long line may be broken before these

/** @param {Piece} piece @param {string} [spoken] */
export function formula(piece, spoken) {
  const math = node("math");
  math.setAttribute("displaystyle", "true"); // large fractions and sums
  math.setAttribute("aria-label", spoken || `${sentence(piece)}.`);
  const parts = piece.kind === "row" && !piece.role ? unfolded(piece) : [piece];
  math.append(...segments(parts).map((some) => node("mrow", ...some.map(built))));
  return math;
}

/** The roles that a formula shows, each once. */
/** @param {Piece} piece @returns {string[]} */
export function roles(piece) {
  return [...new Set([piece.role, ...(piece.parts ?? []).flatMap(roles)])].filter(Boolean);
}

// Rows in the outermost row are joined, so that it can be broken inside of them too.
/** @param {Piece} piece @returns {Piece[]} */
const unfolded = (piece) =>
  piece.parts.flatMap((part) => (part.kind === "row" && !part.role ? unfolded(part) : [part]));

/** @param {Piece[]} parts */
function segments(parts) {
  /** @type {Piece[][]} */
  const found = [[]];
  parts.forEach((part, i) => {
    const sign = part.kind === "op" && BREAKS.includes(part.text);
    const after = parts[i - 1]?.kind === "op"; // a minus after another sign belongs to what follows
    if (sign && i && !after) found.push([]);
    found.at(-1).push(part);
  });
  return found;
}

/** @param {Piece} piece @returns {Element} */
function built(piece) {
  const made = shaped(piece);
  if (piece.role) made.classList.add("role", piece.role);
  return made;
}

/** @param {Piece} piece */
function shaped(piece) {
  const parts = piece.parts ?? [];
  const nodes = parts.map(built);
  switch (piece.kind) {
    case "num": return token("mn", piece.text);
    case "name": return token("mi", piece.text);
    case "op": return sign(piece.text);
    case "row": return node("mrow", ...nodes);
    case "frac": return node("mfrac", ...two(nodes));
    case "sub": return node("msub", ...two(nodes));
    case "sup": return node("msup", ...two(nodes));
    case "sum": return sum(nodes);
    case "fence": return node("mrow", bracket(piece.text[0], "prefix"), ...nodes, bracket(piece.text[1], "postfix"));
    default: return token("mtext", piece.text ?? "");
  }
}

/** @param {Element[]} nodes */
function sum([body = node("mrow"), below, above]) {
  const big = token("mo", "∑");
  big.setAttribute("movablelimits", "false");
  const whole = !below ? big : above ? node("munderover", big, below, above) : node("munder", big, below);
  return node("mrow", whole, body);
}

// What has too few parts is still drawn: MathML needs exactly two here.
/** @param {Element[]} nodes */
const two = ([first = node("mrow"), second = node("mrow")]) => [first, second];

// Its spaces stay the same at the beginning of a broken line.
/** @param {string} text */
function sign(text) {
  const made = token("mo", text);
  if (BREAKS.includes(text)) made.setAttribute("form", "infix");
  return made;
}

/** @param {string} [text] @param {string} [form] */
function bracket(text = "", form = "prefix") {
  const made = token("mo", text);
  made.setAttribute("fence", "true");
  made.setAttribute("stretchy", "true");
  made.setAttribute("form", form);
  return made;
}

/** @param {string} name @param {string} text */
function token(name, text) {
  const made = node(name);
  made.textContent = text;
  return made;
}

/** @param {string} name @param {Element[]} children */
function node(name, ...children) {
  const made = document.createElementNS(MATHML, name);
  made.append(...children);
  return made;
}
