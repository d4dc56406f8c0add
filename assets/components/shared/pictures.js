// PNGs on canvases, pixel for pixel: no colour management between the file and the pixels read back.

/** @typedef {HTMLCanvasElement & { encoded?: string }} Canvas with the file that it shows */

/** @param {Canvas} canvas @param {string} encoded */
export async function paint(canvas, encoded) {
  if (canvas.encoded === encoded) return;
  canvas.encoded = encoded;
  const file = await (await fetch(`data:image/png;base64,${encoded}`)).blob();
  const image = await createImageBitmap(file, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  if (canvas.encoded !== encoded) return; // a newer picture came meanwhile
  sizeTo(canvas, image.width, image.height);
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(image, 0, 0);
  canvas.dataset.painted = encoded.length + ":" + encoded.slice(-48);
}

// Puts computed pixels on a canvas; a file that is still being decoded is then ignored.
/** @param {Canvas} canvas @param {ImageData} image */
export function put(canvas, image) {
  canvas.encoded = "";
  sizeTo(canvas, image.width, image.height);
  canvas.getContext("2d", { willReadFrequently: true }).putImageData(image, 0, 0);
  canvas.dataset.painted = "";
}

/** @param {Canvas} canvas @param {number} width @param {number} height */
function sizeTo(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const ratio = String(width / height);
  if (canvas.dataset.ratio === ratio) return;
  canvas.dataset.ratio = ratio;
  canvas.closest("figure").style.setProperty("--ratio", ratio);
}
