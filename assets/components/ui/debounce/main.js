// Sends the stamp of this page's picture once the picture rests: formulas and code follow then.
const REST_MS = 400;
const TIMERS = new WeakMap();

export default function ({ parentElement: root, data }) {
  clearTimeout(TIMERS.get(root));
  const rest = new CustomEvent("dl101-rest", { detail: data.stamp });
  TIMERS.set(root, setTimeout(() => dispatchEvent(rest), REST_MS));
  return () => clearTimeout(TIMERS.get(root));
}
