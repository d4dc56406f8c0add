// Asks the server for this part of the page again, once the readings elsewhere on it have rested.
const FOLLOWERS = new WeakMap();

export default function ({ parentElement: root, data, setStateValue }) {
  let follower = FOLLOWERS.get(root);
  if (!follower) FOLLOWERS.set(root, (follower = mount()));
  follower.shown = data.shown;
  follower.ask = (stamp) => setStateValue("asked", stamp);
  return () => {
    follower.stop();
    FOLLOWERS.delete(root);
  };
}

function mount() {
  const follower = {};
  const follow = (event) => {
    if (event.detail !== follower.shown) follower.ask(event.detail);
  };
  addEventListener("dl101-rest", follow);
  follower.stop = () => removeEventListener("dl101-rest", follow);
  return follower;
}
