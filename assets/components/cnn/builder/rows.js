// A row of the list: the layer's name, and what PyTorch says of it.
import { make, write } from "../../shared/words.js";
import { details, named, number } from "./model.js";

/** @typedef {import("./main.js").Builder} Builder */
/** @typedef {import("./model.js").Layer} Layer */

/** @param {Builder} builder @param {Layer} layer @param {number} index */
export function renderRow(builder, layer, index) {
  layer.node ||= newRow(builder, layer);
  const kind = builder.kinds.get(layer.word);
  const [, name, ...cells] = layer.node.children;
  const button = name.querySelector("button");
  const { row } = layer;
  const known = Boolean(row?.shape.length);
  button.querySelector("span").style.background = builder.colours[kind.family];
  write(button.children[1], `${index + 1}. ${kind.title}`);
  write(button.children[2], details(layer, kind));
  button.tabIndex = index === builder.chosen ? 0 : -1;
  button.setAttribute("aria-pressed", String(index === builder.chosen));
  cells[4].firstElementChild.setAttribute("aria-label", `Remove layer ${index + 1}`);
  const texts = known
    ? [row.shape.join(" × "), number(row.parameters), number(row.adds), `${row.field} × ${row.field}`]
    : [row?.problem ? "does not fit" : row ? "not reached" : "…", "", "", ""];
  texts.forEach((words, i) => {
    write(cells[i], words);
    cells[i].classList.toggle("nothing", words === "0");
  });
  layer.node.dataset.spot = `layer-${index + 1}`;
  const look = ["line", "item"];
  if (index === builder.chosen) look.push("chosen");
  if (row?.problem && !builder.stale) look.push("bad");
  if (builder.stale) look.push("stale");
  if (layer === builder.drag.layer) look.push("lifted");
  layer.node.className = look.join(" ");
}

/** @param {Builder} builder @param {Layer} layer */
function newRow(builder, layer) {
  const node = make("line item", "row");
  const handle = named("button", "handle", "⋮⋮");
  Object.assign(handle, { type: "button", tabIndex: -1 });
  handle.setAttribute("aria-label", "Drag to move");
  handle.addEventListener("pointerdown", (event) => builder.drag.start(event, layer));
  const name = named("button", "name", "");
  name.type = "button";
  name.append(named("span", "dot", ""), named("b", "", ""), named("span", "", ""));
  const pick = () => builder.choose(builder.layers.indexOf(layer));
  name.addEventListener("click", pick);
  const cut = named("button", "cut", "✕");
  Object.assign(cut, { type: "button", tabIndex: -1, onclick: () => builder.remove(builder.layers.indexOf(layer)) });
  const contents = [handle, name, "", "parameters", "multiply-adds", "sees", cut];
  for (const content of contents) {
    const cell = make(typeof content === "string" ? "number" : "", "cell");
    if (typeof content !== "string") cell.append(content);
    else {
      cell.dataset.unit = content; // a phone has no headings above the numbers
      cell.addEventListener("click", pick);
    }
    node.append(cell);
  }
  return node;
}
