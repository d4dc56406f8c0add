// Snapshots of a run as its stream brings them: arrays for a picture after so many steps.
import { bytes } from "./raster.js";

/** @typedef {{ shape: number[], values: Float32Array }} Tensor row by row */
/** @typedef {{ step: number, arrays: Record<string, Tensor> }} Snapshot */

/**
 * A snapshot, or null if it is not one that this version of the page understands.
 *
 * @param {unknown} told `[step, [[name, shape, float32 numbers in base64], …]]`
 * @returns {Snapshot | null}
 */
export function snapshot(told) {
  if (!Array.isArray(told) || !Number.isInteger(told[0]) || !Array.isArray(told[1])) return null;
  const arrays = told[1].map(tensor);
  if (arrays.some((one) => one === null)) return null;
  return { step: told[0], arrays: Object.fromEntries(arrays) };
}

/** @param {unknown} told @returns {[name: string, tensor: Tensor] | null} */
function tensor(told) {
  if (!Array.isArray(told)) return null;
  const [name, shape, data] = told;
  if (typeof name !== "string" || !Array.isArray(shape) || typeof data !== "string") return null;
  if (!shape.every((size) => Number.isInteger(size) && size >= 0)) return null;
  try {
    const raw = bytes(data);
    const count = shape.reduce((all, size) => all * size, 1);
    return raw.length === 4 * count ? [name, { shape, values: new Float32Array(raw.buffer) }] : null;
  } catch {
    return null; // not base64
  }
}
