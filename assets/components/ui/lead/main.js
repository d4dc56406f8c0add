// Says on what the picture of this page rests, once it has rested: formulas and code follow then.
const REST_MS = 400;
const LEADERS = new WeakMap();

export default function ({ parentElement: root, data }) {
  clearTimeout(LEADERS.get(root));
  const rest = new CustomEvent("dl101-rest", { detail: data.stamp });
  LEADERS.set(root, setTimeout(() => dispatchEvent(rest), REST_MS));
  return () => clearTimeout(LEADERS.get(root));
}
