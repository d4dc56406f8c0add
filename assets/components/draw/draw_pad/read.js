// The server's route that reads drawings.
const PATIENCE = 1000; // ms

/** @typedef {{ digit: number | null, sure: string, widths: number[], texts: string[] }} Card */
/** @typedef {{ seq: number, cards: Card[], message: string, unsure: string, meaning: string, stamp: string }} Answer */

/** The route's answer to a message, or null without one. */
/** @param {object} message @param {AbortSignal} signal @returns {Promise<unknown>} */
export async function ask(message, signal) {
  const own = new AbortController();
  const giveUp = () => own.abort();
  const timer = setTimeout(giveUp, PATIENCE);
  signal.addEventListener("abort", giveUp);
  try {
    const response = await fetch(new URL("api/read", globalThis.dl101Base ?? document.baseURI), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message),
      signal: own.signal,
    });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
}

/** @param {Card} card */
const isCard = (card) => card && (card.digit === null || Number.isInteger(card.digit)) && typeof card.sure === "string"
  && [card.widths, card.texts].every((list) => Array.isArray(list) && list.length === 10);

/** Whether this is an answer to message `seq` that this version of the page understands. */
/** @param {unknown} given @param {number} seq @returns {given is Answer} */
export function isAnswer(given, seq) {
  const answer = /** @type {Answer | null} */ (given);
  return Boolean(answer) && answer.seq === seq && Array.isArray(answer.cards) && answer.cards.every(isCard)
    && [answer.message, answer.unsure, answer.meaning, answer.stamp].every((text) => typeof text === "string");
}
