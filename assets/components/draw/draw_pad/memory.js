// The tab keeps the drawing, which survives a refresh or a visit to another page.

/** @typedef {import("./strokes.js").Stroke} Stroke */

/** @param {string} name @param {{ token: string, strokes: Stroke[], seq: number }} kept */
export function remember(name, kept) {
  try {
    sessionStorage.setItem(name, JSON.stringify(kept));
  } catch { /* not allowed here: nothing is saved */ }
}

/** @param {string} name @param {string} token @returns {Stroke[] | null} */
export function recall(name, token) {
  try {
    const kept = JSON.parse(sessionStorage.getItem(name));
    return kept?.token === token && Array.isArray(kept.strokes) ? kept.strokes : null;
  } catch {
    return null;
  }
}
