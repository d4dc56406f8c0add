// What this browser has done, as the frame of the lessons keeps it: the address of a lesson's page →
// steps done, steps, and when. Anybody may have written there, so nothing of it is trusted.

export const KEY = "dl101_done";
const MOST_STEPS = 1000;
const LONGEST = 100_000; // letters

/** @typedef {{ done: number, steps: number, at: number }} Progress `at`: ms, 0 if unknown */
/** @typedef {Map<string, Progress>} AllProgress */

/** The sound entries for these addresses; no others. */
/** @param {string | null} text @param {string[]} urls @returns {AllProgress} */
export function read(text, urls) {
  /** @type {AllProgress} */
  const found = new Map();
  const given = parsed(text);
  for (const url of urls) {
    const one = Object.hasOwn(given, url) ? sound(given[url]) : null;
    if (one) found.set(url, one);
  }
  return found;
}

/** @param {string | null} text @returns {Record<string, unknown>} */
function parsed(text) {
  if (!text || text.length > LONGEST) return {};
  try {
    const given = JSON.parse(text);
    return given && typeof given === "object" && !Array.isArray(given) ? given : {};
  } catch {
    return {};
  }
}

/** @param {unknown} entry @returns {Progress | null} */
function sound(entry) {
  if (!entry || typeof entry !== "object") return null;
  const { done, steps, at } = /** @type {Record<string, unknown>} */ (entry);
  if (!isCount(done) || !isCount(steps) || steps < 1) return null;
  const when = typeof at === "string" && at.length < 40 ? Date.parse(at) : NaN;
  return { done: Math.min(done, steps), steps, at: Number.isFinite(when) ? when : 0 };
}

/** @param {unknown} value @returns {value is number} */
const isCount = (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_STEPS;

/** @param {Progress | undefined} one */
export const isDone = (one) => Boolean(one) && one.done >= one.steps;

/**
 * Where to go from here: the lesson that was visited last and is not done; else the next one after
 * the one that was done last; at the very beginning the first.
 */
/** @param {string[]} urls in the order of the course @param {AllProgress} progress */
export function next(urls, progress) {
  const visited = urls.filter((url) => progress.has(url)).sort((a, b) => progress.get(b).at - progress.get(a).at);
  if (!visited.length) return { url: urls[0], words: "Start here" };
  const begun = visited.find((url) => !isDone(progress.get(url)));
  if (begun) return { url: begun, words: "Continue" };
  const from = urls.indexOf(visited[0]) + 1;
  const fresh = [...urls.slice(from), ...urls.slice(0, from)].find((url) => !progress.has(url));
  return fresh ? { url: fresh, words: "Next" } : { url: urls[0], words: "All done. Look again" };
}
