import assert from "node:assert/strict";
import { test } from "node:test";
import { guard, inForce, marked, sound } from "../../assets/components/shared/kernel.js";

// As much of a number field as the functions need.
class Field extends EventTarget {
  validity = { valid: true };
  attributes = {};
  constructor(value) {
    super();
    this.value = value;
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  type(value, valid = true) {
    Object.assign(this, { value, validity: { valid } });
  }
  fire(...types) {
    for (const type of types) this.dispatchEvent(new Event(type));
  }
}

test("an empty field, and a number out of range, are not sound", () => {
  const field = new Field("1.5");
  assert.ok(sound(field));
  field.type("");
  assert.ok(!sound(field));
  field.type("1e9", false);
  assert.ok(!sound(field));
});

test("while the text is no number, the number before the typing is in force", () => {
  const field = new Field("2");
  guard(field, () => {});
  field.fire("focus");
  field.type("");
  assert.equal(inForce(field), 2);
  field.type("3");
  assert.equal(inForce(field), 3);
});

test("a field that is left with another text shows the number in force, and tells", () => {
  const field = new Field("2");
  let left = 0;
  guard(field, () => (left += 1));
  field.fire("focus");
  field.type("", false);
  field.fire("blur");
  assert.equal(field.value, "2");
  assert.equal(left, 1);
  field.type("2");
  field.fire("focus", "blur");
  assert.equal(left, 1);
});

test("wrong fields are marked, the others are not", () => {
  const fields = [new Field("1"), new Field("")];
  assert.ok(marked(fields));
  assert.deepEqual(fields.map((one) => one.attributes["aria-invalid"]), ["false", "true"]);
  fields[1].type("4");
  assert.ok(!marked(fields));
});
