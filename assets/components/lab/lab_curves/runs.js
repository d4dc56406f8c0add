// The curves of runs. They stay here, so that an answer of the server holds only new points.
import { append, counts } from "./stream.js";

/** @typedef {[step: number, loss: number | null, accuracy: number | null]} Point */
/** @typedef {{ train: Point[], val: Point[], rates: [step: number, lr: number][] }} Lists */
/** @typedef {Record<string, [training: number, validation: number]>} Gap by the chart's title, at the run's end */
/**
 * @typedef {Lists & { id: string, name: string, place: number, total: number, broke: number | null, gap: Gap | null, shots: unknown[], shown: boolean }} Curve `shots`: pictures; `shown`: whether they are asked for
 * @typedef {Lists & { id: string, name: string, place: number, total: number, from: number[], broke?: number | null, gap?: Gap, snapshots?: unknown[] }} News
 */
/**
 * @typedef {object} Feed an answer of the server to a poll
 * @property {number} n of the poll
 * @property {number} again ms until the next poll; 0: nothing more can come
 * @property {News[]} curves
 * @property {string | null} [run] on show
 * @property {string[]} [beside] on show together with it
 * @property {string} [state]
 * @property {string} [line]
 * @property {number | null} [share]
 * @property {[id: string, state: string][]} [live] the runs on show that have not ended
 */

/** @type {Map<string, Curve>} */
const CURVES = new Map();

/** @param {string} id */
export const curveOf = (id) => CURVES.get(id);
/** How many points are here, and how many pictures, if they are asked for. @param {string} id */
export const seenOf = (id) => {
  const curve = CURVES.get(id);
  return curve?.shown ? [...counts(curve), curve.shots.length] : counts(curve);
};

/**
 * Adds the points of an answer; `seen`: how many were told to the server. A gap is requested by the
 * next poll.
 *
 * @param {News} news @param {number[] | undefined} seen
 */
export function merge(news, seen) {
  let curve = CURVES.get(news.id);
  if (!curve) {
    curve = { id: news.id, name: "", place: 0, total: 0, broke: null, gap: null, train: [], val: [], rates: [], shots: [], shown: false };
    CURVES.set(news.id, curve);
  }
  const { name, place, total, broke = null, gap = null } = news;
  Object.assign(curve, { name, place, total, broke, gap });
  append(curve, news, seen);
  appendShots(curve, news);
  return curve;
}

/**
 * Pictures that are not here yet; those that are here already change nothing.
 *
 * @param {Curve} curve @param {{ from: number[], snapshots?: unknown }} news
 */
export function appendShots(curve, { from, snapshots }) {
  if (!Array.isArray(snapshots) || !(from[3] <= curve.shots.length)) return;
  curve.shots.push(...snapshots.slice(curve.shots.length - from[3]));
}

/** From now on, ask for the pictures of this run and of no other. @param {string | null} id */
export function showShots(id) {
  for (const curve of CURVES.values()) curve.shown = curve.id === id;
}

/** The runs on show. @param {Feed} feed */
export const onShow = ({ beside = [], run }) => [...beside, run];

/** Those of them that have not ended, the main one first. @param {Feed} feed */
export function liveIn(feed) {
  const ids = (feed.live ?? []).map(([id]) => id);
  return [...ids.filter((id) => id === feed.run), ...ids.filter((id) => id !== feed.run)];
}
