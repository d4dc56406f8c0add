// The network as volumes, and the words below them.
import { bytes } from "../../shared/raster.js";
import { many, write } from "../../shared/words.js";
import { details } from "./model.js";
import { drawVolumes } from "./volumes.js";

/** @typedef {import("./main.js").Builder} Builder */

/** @param {Builder} builder */
export function drawPicture(builder) {
  /** @type {import("./volumes.js").Part[]} */
  const parts = [{ shape: builder.data.input, colour: "#8a8a8a", index: -1, title: "The picture", pixels: digitOf(builder) }];
  for (const [i, layer] of builder.layers.entries()) {
    const kind = builder.kinds.get(layer.word);
    const row = layer.row;
    const part = { index: i, colour: builder.colours[kind.family], title: `${i + 1}. ${kind.title} ${details(layer, kind)}` };
    if (!row?.shape?.length) { parts.push({ ...part, bad: true }); break; }
    const thin = ["act", "drop", "norm"].includes(kind.family);
    parts.push({ ...part, shape: row.shape, span: row.span, thin });
  }
  drawVolumes(builder.svg, parts, builder.chosen + 1 < parts.length ? builder.chosen + 1 : -1, builder.colours.accent, (index) => builder.choose(index));
  const row = builder.layers[builder.chosen]?.row;
  builder.svg.setAttribute("aria-label", `The network as volumes, from the picture to ${many(builder.layers.length, "layer")}`);
  write(builder.caption, row?.shape?.length
    ? `Orange: the ${row.field} × ${row.field} pixels that one number of layer ${builder.chosen + 1} sees. Its neighbour sees ${many(row.step, "pixel")} further.`
    : "");
}

/** @param {Builder} builder */
function digitOf({ data }) {
  const pixels = data.digit ? bytes(data.digit) : undefined;
  return pixels?.length === data.input[1] * data.input[2] ? pixels : undefined;
}
