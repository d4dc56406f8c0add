// What this browser has done, step by step; Home shows it. No account, and nothing is sent.

const KEY = "dl101_done";
const MOST = 100; // pages, and steps of one

/** The steps of a page that are done. @param {string} page @returns {number[]} */
export function read(page) {
  const kept = all()[page];
  const list = kept && typeof kept === "object" && "list" in kept ? kept.list : [];
  return Array.isArray(list) ? list.filter((step) => Number.isInteger(step) && step >= 0 && step < MOST) : [];
}

/**
 * Adds steps that are done; gives all of the page.
 *
 * @param {string} page @param {number[]} done @param {number} steps of the page
 */
export function note(page, done, steps) {
  const before = read(page);
  const list = [...new Set([...before, ...done])].filter((step) => step < steps).sort((a, b) => a - b);
  if (list.length !== before.length || !(page in all())) {
    const kept = { ...all(), [page]: { done: list.length, steps, list, at: new Date().toISOString() } };
    const newest = Object.fromEntries(Object.entries(kept).slice(-MOST));
    try {
      localStorage.setItem(KEY, JSON.stringify(newest));
    } catch { /* storage is full or forbidden: the ticks last as long as the session */ }
  }
  return list;
}

/** @returns {Record<string, unknown>} */
function all() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {};
  } catch {
    return {};
  }
}
