// A network in the browser: layers with a word and the value of every option, as in the server's text.

/**
 * @typedef {object} Option one value of a kind of layer
 * @property {string} letter
 * @property {string} title
 * @property {number} low
 * @property {number} high
 * @property {number} usual
 * @property {boolean} same whether it may be "same"
 * @property {boolean} kernel whether its default is the layer's main value
 */
/** @typedef {{ word: string, title: string, family: string, options: Option[] }} Kind of layer */
/** @typedef {Map<string, Kind>} Kinds */

/**
 * @typedef {object} Row what the server says about a layer; one that is not reached has no numbers
 * @property {number[]} shape of its output; empty where it does not fit
 * @property {string} problem
 * @property {number} [parameters]
 * @property {number} [adds]
 * @property {number} [memory]
 * @property {number} [field] side of the receptive field
 * @property {number} [step] of that field to the next number's
 * @property {number[]} [span] first and last pixel of the middle number's field
 * @property {[name: string, sum: string][]} [how]
 */
/** @typedef {Record<string, number | "same">} Values of a layer, by the letter of the option */
/** @typedef {{ word: string, values: Values, row?: Row, node?: HTMLElement, stale?: boolean }} Layer */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {string} name @param {string} words
 */
export function named(tag, name, words) {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = words;
  return node;
}

/** @param {string} value @param {string} words */
export function option(value, words) {
  const node = named("option", "", words);
  node.value = value;
  return node;
}

/** @param {Kind} kind @returns {Layer} */
export function newLayer(kind) {
  return { word: kind.word, values: Object.fromEntries(kind.options.map((one) => [one.letter, one.usual])) };
}

/** @type {(layer: Layer) => Layer} */
export const cloned = (layer) => ({ word: layer.word, values: { ...layer.values }, row: layer.row });

/** @param {string} text @param {Kinds} kinds @returns {Layer[]} */
export function parseText(text, kinds) {
  if (text === "none") return [];
  return text.split("-").map((part) => {
    const [word, ...options] = part.split("_");
    const kind = kinds.get(word);
    /** @type {Values} */
    const values = {};
    for (const one of options) {
      const [, letter, value] = one.match(/^([a-z]?)(\d+|same)$/);
      values[letter] = value === "same" ? value : Number(value);
    }
    for (const one of kind.options) values[one.letter] ??= one.kernel ? values[""] : one.usual;
    return { word, values };
  });
}

// The shortest form, equal to that of the server.
/** @param {Layer[]} layers @param {Kinds} kinds */
export function toText(layers, kinds) {
  /** @param {Layer} layer */
  const one = ({ word, values }) => [word, ...kinds.get(word).options
    .filter((option) => !option.letter || values[option.letter] !== (option.kernel ? values[""] : option.usual))
    .map(({ letter }) => `${letter}${values[letter]}`)].join("_");
  return layers.map(one).join("-") || "none";
}

// The words beside the title: only options that differ from their defaults.
/** @param {Pick<Layer, "values">} layer @param {Kind} kind */
export function details({ values }, kind) {
  const words = [];
  for (const one of kind.options) {
    const value = values[one.letter];
    const usual = one.kernel ? values[""] : one.usual;
    if (one.letter === "" || one.letter === "k") continue;
    if (one.letter === "c") { if (value) words.push("round up"); } else if (value !== usual) words.push(`${one.title.toLowerCase().replace("padding", "pad")} ${value}`);
  }
  const main = values[""];
  const head = { conv: `${main} of ${values.k} × ${values.k}`, maxpool: `${main} × ${main}`, avgpool: `${main} × ${main}`, dropout: `${main} %`, linear: `${main} units` }[kind.word];
  return [head, ...words].filter(Boolean).join(", ");
}

/** @param {number} value */
export const number = (value) => value.toLocaleString("en");

/** @param {number} count */
export function bytes(count) {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} MB`;
  return count >= 1e3 ? `${(count / 1e3).toFixed(1)} kB` : `${count} B`;
}
