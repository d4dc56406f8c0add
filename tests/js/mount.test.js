import assert from "node:assert/strict";
import { test } from "node:test";
import { hear, say } from "../../assets/components/shared/bus.js";
import { mount } from "../../assets/components/shared/mount.js";

// As much of a place on the page as `mount` needs.
class Place {
  content = {};
  isConnected = true;
  querySelector() {
    return this.content;
  }
  contains(node) {
    return node === this.content;
  }
}

function mounted() {
  const told = [];
  class View {
    constructor(root) {
      told.push(["made", root]);
    }
    show(data, send) {
      told.push(["shown", data]);
      send.setStateValue("seen", data);
    }
    destroy() {
      told.push(["destroyed"]);
    }
  }
  const part = mount(View);
  const show = (root, data) =>
    part({ parentElement: root, data, setStateValue: (...sent) => told.push(sent) });
  return { told, show, names: () => told.map(([name]) => name) };
}

test("one view for a place, shown at every change", () => {
  const { show, names } = mounted();
  const place = new Place();
  show(place, 1);
  show(place, 2);
  assert.deepEqual(names(), ["made", "shown", "seen", "shown", "seen"]);
});

test("two places have two views", () => {
  const { show, told } = mounted();
  const places = [new Place(), new Place()];
  for (const place of places) show(place, 1);
  assert.deepEqual(told.filter(([name]) => name === "made").map(([, root]) => root), places);
});

test("a replaced content ends the view and gets a new one", () => {
  const { show, names } = mounted();
  const place = new Place();
  show(place, 1);
  place.content = {};
  show(place, 2);
  assert.deepEqual(names().filter((name) => name !== "seen"), ["made", "shown", "destroyed", "made", "shown"]);
});

test("the clean-up ends the view of a place that has gone", () => {
  const { show, names } = mounted();
  const place = new Place();
  const end = show(place, 1);
  place.isConnected = false;
  end();
  assert.equal(names().at(-1), "destroyed");
});

test("the clean-up of a change that was overtaken leaves the view", () => {
  const { show, names } = mounted();
  const place = new Place();
  const end = show(place, 1);
  show(place, 2);
  end();
  show(place, 3);
  assert.deepEqual(names().filter((name) => name !== "seen"), ["made", "shown", "shown", "shown"]);
});

test("what one part says others hear, until they stop", () => {
  const page = new EventTarget();
  for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"])
    globalThis[name] = page[name].bind(page);
  const heard = [];
  const stop = hear("dl101-rest", (stamp) => heard.push(stamp));
  say("dl101-rest", "a");
  say("dl101-overdue", true);
  stop();
  say("dl101-rest", "b");
  assert.deepEqual(heard, ["a"]);
});
