// Snapshots of a run as its stream brings them: arrays for a picture after so many steps.
import { bytes } from "./raster.js";

/** @typedef {{ shape: number[], values: Float32Array | Uint8Array }} Tensor row by row */
/** @typedef {{ step: number, arrays: Record<string, Tensor> }} Snapshot */

/**
 * A snapshot, or null if it is not one that this version of the page understands.
 *
 * @param {unknown} told `[step, [[name, shape, numbers in base64, kind], …]]`; without kind, they are float32
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
  const [name, shape, data, kind = "float32"] = told;
  if (typeof name !== "string" || !Array.isArray(shape) || typeof data !== "string") return null;
  if (!shape.every((size) => Number.isInteger(size) && size >= 0)) return null;
  try {
    const raw = bytes(data);
    const count = shape.reduce((all, size) => all * size, 1);
    const values = kind === "uint8" ? raw : kind === "float32" ? new Float32Array(raw.buffer) : null;
    return values?.length === count ? [name, { shape, values }] : null;
  } catch {
    return null; // not base64, or no whole numbers of four bytes
  }
}
