// The news of runs as Server-Sent Events, from the server's own route: no script runs for them.
// A stream is alive while messages come; the server sends one every 1.5 s at least. One that is
// silent (a proxy keeps what it should pass on) or broken is closed and tried again later.

const SILENT_MS = 3000;
const FIRST_REST_MS = 2000, LONGEST_REST_MS = 60000;
const MOST = 2;                  // a browser has six connections for all tabs of one server
const LISTS = /** @type {const} */ (["train", "val", "rates"]);
const CLOSED = 2;                // EventSource.CLOSED

/** @typedef {import("./runs.js").Lists} Lists */
/**
 * @typedef {Lists & { id: string, state: string, line: string, share: number | null, total: number, from: number[], broke?: number | null }} Message
 * @typedef {{ setTimeout: (act: () => void, ms: number) => number, clearTimeout: (timer: number) => void }} Clock
 */
/**
 * @typedef {object} Watched one run and its stream
 * @property {string} id
 * @property {EventSource | null} source
 * @property {boolean} alive
 * @property {number} timer
 * @property {number} rest ms until it is tried again
 * @property {number[] | undefined} asked what was told to be here, until the first answer
 */

/**
 * `seen`: how many points of train, val and rates are here. `news`: takes a message; false if its
 * points do not fit. `changed`: a stream began to live, or ended.
 *
 * @param {{
 *   address: (id: string, seen: number[]) => string | URL,
 *   seen: (id: string) => number[],
 *   news: (told: Message, seen: number[] | undefined) => boolean,
 *   changed: () => void,
 *   source?: (url: string | URL) => EventSource,
 *   clock?: Clock,
 * }} hooks
 */
export function streams({ address, seen, news, changed, source = (url) => new EventSource(url), clock = globalThis }) {
  /** @type {Map<string, Watched>} */
  const runs = new Map();

  /** Watch these runs and no others; of many, only the first. @param {string[]} ids */
  function want(ids) {
    const wanted = ids.slice(0, MOST);
    for (const [id, one] of runs) {
      if (wanted.includes(id)) continue;
      close(one);
      runs.delete(id);
    }
    for (const id of wanted) {
      if (runs.has(id)) continue;
      /** @type {Watched} */
      const one = { id, source: null, alive: false, timer: 0, rest: FIRST_REST_MS, asked: undefined };
      runs.set(id, one);
      open(one);
    }
  }
  /** Whether the news of all these runs come by stream now. @param {string[]} ids */
  const alive = (ids) => ids.length > 0 && ids.every((id) => runs.get(id)?.alive);

  /** @param {Watched} one */
  function open(one) {
    one.asked = seen(one.id);
    const stream = (one.source = source(address(one.id, one.asked)));
    /** @type {<E extends Event>(act: (event: E) => void) => (event: E) => void} */
    const current = (act) => (event) => { if (one.source === stream) act(event); };
    stream.onmessage = current(({ data }) => take(one, data));
    stream.addEventListener("end", current(() => fail(one)));
    // Else it tries again by itself, as long as it is not silent for too long.
    stream.onerror = current(() => { if (stream.readyState === CLOSED) fail(one); });
    listen(one);
  }
  /** @param {Watched} one */
  function listen(one) {
    clock.clearTimeout(one.timer);
    one.timer = clock.setTimeout(() => fail(one), SILENT_MS);
  }
  /** @param {Watched} one @param {string} data */
  function take(one, data) {
    const told = read(data);
    if (told?.id !== one.id) return; // of another version of the page: polling goes on
    listen(one);
    const asked = one.asked;
    one.asked = undefined;
    if (!news(told, asked)) return fail(one);
    if (one.alive) return;
    one.alive = true;
    one.rest = FIRST_REST_MS;
    changed();
  }
  /** @param {Watched} one */
  function close(one) {
    clock.clearTimeout(one.timer);
    one.source?.close();
    one.source = null;
    one.alive = false;
  }
  /** @param {Watched} one */
  function fail(one) {
    close(one);
    one.timer = clock.setTimeout(() => open(one), one.rest);
    one.rest = Math.min(2 * one.rest, LONGEST_REST_MS);
    changed();
  }
  return { want, alive };
}

/** @param {unknown} value */
const isCount = (value) => typeof value === "number" && Number.isInteger(value) && value >= 0;

/** A message, or null if it is not one of those that this version of the page understands. */
/** @param {string} data @returns {Message | null} */
export function read(data) {
  let told;
  try { told = JSON.parse(data); } catch { return null; }
  const sound = told && typeof told.id === "string" && typeof told.state === "string" && typeof told.line === "string"
    && (told.share === null || typeof told.share === "number") && isCount(told.total)
    && Array.isArray(told.from) && told.from.length >= LISTS.length && told.from.every(isCount)
    && LISTS.every((list) => Array.isArray(told[list]) && told[list].every(Array.isArray));
  return sound ? told : null;
}

/**
 * Append new points to the points here; the same points twice change nothing.
 *
 * `asked`: the numbers of points that were told to the server, if they are known. If the server has
 * fewer, its points replace ours. Gives false at a gap.
 *
 * @param {Lists} curve @param {Lists & { from: number[] }} news @param {number[] | undefined} asked
 */
export function append(curve, news, asked) {
  let whole = true;
  LISTS.forEach((list, i) => {
    /** @type {unknown[]} */
    const points = curve[list];
    const from = news.from[i];
    if (points.length < from) return void (whole = false);
    if (asked && from < asked[i]) points.length = from;
    for (const point of news[list].slice(points.length - from)) points.push(point);
  });
  return whole;
}

/** @param {Lists | undefined} curve */
export const counts = (curve) => LISTS.map((list) => curve?.[list].length ?? 0);
