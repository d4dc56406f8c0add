// A network in the browser: layers with a word and the value of every option, as in the server's text.

export function named(tag, name, words) {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = words;
  return node;
}

export function option(value, words) {
  const node = named("option", "", words);
  node.value = value;
  return node;
}

export function newLayer(kind) {
  return { word: kind.word, values: Object.fromEntries(kind.options.map((one) => [one.letter, one.usual])) };
}

export const cloned = (layer) => ({ word: layer.word, values: { ...layer.values }, row: layer.row });

export function parseText(text, kinds) {
  if (text === "none") return [];
  return text.split("-").map((part) => {
    const [word, ...options] = part.split("_");
    const kind = kinds.get(word);
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
export function toText(layers, kinds) {
  const one = ({ word, values }) => [word, ...kinds.get(word).options
    .filter((option) => !option.letter || values[option.letter] !== (option.kernel ? values[""] : option.usual))
    .map(({ letter }) => `${letter}${values[letter]}`)].join("_");
  return layers.map(one).join("-") || "none";
}

// The words beside the title: only options that differ from their defaults.
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

export const number = (value) => value.toLocaleString("en");

export function bytes(count) {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} MB`;
  return count >= 1e3 ? `${(count / 1e3).toFixed(1)} kB` : `${count} B`;
}
