// What parts of one page tell each other, by events of the window; types.d.ts declares them.

/**
 * @template {keyof Told} Name
 * @param {Name} name @param {Told[Name]} detail
 */
export function say(name, detail) {
  dispatchEvent(new CustomEvent(name, { detail }));
}

/**
 * Calls `listener` at every event until the function that this returns is called.
 *
 * @template {keyof Told} Name
 * @param {Name} name @param {(detail: Told[Name]) => void} listener
 */
export function hear(name, listener) {
  /** @param {Event} event */
  const heard = (event) => listener(/** @type {CustomEvent<Told[Name]>} */ (event).detail);
  addEventListener(name, heard);
  return () => removeEventListener(name, heard);
}
