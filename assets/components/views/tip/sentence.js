// How a formula is read aloud.

/** @typedef {import("../data.js").MathPiece} Piece */

/** @type {Record<string, string>} */
const SIGNS = {
  "=": "equals", "≈": "is about", "≠": "is not", "<": "is less than", ">": "is more than",
  "≤": "is at most", "≥": "is at least", "+": "plus", "−": "minus", "·": "times", "×": "times",
  "/": "divided by", "→": "becomes", "∈": "in", "∂": "partial", "∇": "gradient of", ",": ",",
};

/** @param {Piece} piece @returns {string} */
export function sentence(piece) {
  return read(piece).replace(/\s+/g, " ").replace(/ ,/g, ",").replace(/,+/g, ",").replace(/^[ ,]+|[ ,]+$/g, "");
}

/** @param {Piece | undefined} piece @returns {string} */
function read(piece) {
  if (!piece) return "";
  const [first, second, third] = piece.parts ?? [];
  switch (piece.kind) {
    case "num": return piece.text.replace("−", "minus ");
    case "op": return ` ${SIGNS[piece.text] ?? piece.text} `;
    case "row": return row(piece.parts);
    case "frac": return ` ${whole(first)} over ${whole(second)} `;
    case "sub": return `${read(first)} ${read(second)}`;
    case "sup": return ` ${read(first)} ${raised(second)} `;
    case "sum": return ` the sum${second ? `, ${third ? "from" : "over"} ${read(second)}` : ""}${third ? ` to ${read(third)}` : ""}, of ${read(first)} `;
    case "fence": return short(first) ? ` ${read(first)} ` : ` open bracket, ${read(first)}, close bracket, `;
    default: return piece.text;
  }
}

// A name before brackets is a function.
/** @param {Piece[]} parts */
function row(parts) {
  return parts.map((part, i) => {
    const of = part.kind === "fence" && parts[i - 1]?.kind === "name";
    return `${of ? " of " : " "}${read(part)}`;
  }).join("");
}

/** @param {Piece} exponent */
const raised = (exponent) =>
  exponent?.text === "2" ? "squared" : `to the power of ${read(exponent)}`;

// The ends of a long top or bottom could not be heard.
/** @param {Piece} piece */
const whole = (piece) => (short(piece) ? read(piece) : `, all of ${read(piece)}, `);

/** @param {Piece | undefined} piece */
const short = (piece) => !piece || !piece.parts?.length || piece.kind === "sub" || piece.kind === "sup";
