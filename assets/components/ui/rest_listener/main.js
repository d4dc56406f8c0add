// Requests this part of the page again once the readings elsewhere on the page rest.
const LISTENERS = new WeakMap();

export default function ({ parentElement: root, data, setStateValue }) {
  let listener = LISTENERS.get(root);
  if (!listener) LISTENERS.set(root, (listener = mount()));
  listener.shown = data.shown;
  listener.ask = (stamp) => setStateValue("asked", stamp);
  return () => {
    listener.stop();
    LISTENERS.delete(root);
  };
}

function mount() {
  const listener = {};
  const hear = (event) => {
    if (event.detail !== listener.shown) listener.ask(event.detail);
  };
  addEventListener("dl101-rest", hear);
  listener.stop = () => removeEventListener("dl101-rest", hear);
  return listener;
}
