// Which controls stand beside the text of the open step.

const EACH = ':is([data-testid="stElementContainer"], [data-testid="stLayoutWrapper"])';
const NAME = /^[a-z0-9_]+$/;

/**
 * The style that hides all controls of the story's face but `names`. Alerts are never hidden.
 *
 * @param {string} page @param {string[]} names
 */
export function controlsRule(page, names) {
  const shown = names.filter((name) => NAME.test(name))
    .flatMap((name) => [`.st-key-${page}-${name}`, `.st-key-${name}`]);
  const kept = [...shown, '[data-testid="stAlert"]'].join(", ");
  const inside = shown.length ? `, :is(${shown.join(", ")}) *` : "";
  return `.st-key-rail_inline ${EACH}:not(:is(${[...shown, ".nothing"].join(", ")}), :has(${kept})${inside}) { display: none; }`;
}
