import assert from "node:assert/strict";
import { test } from "node:test";
import { question } from "../../assets/components/ui/lesson_tools/code.js";

/** @param {string} href @param {string} base */
const asked = (href, base) => {
  const url = new URL(question(href, base));
  return [url.origin + url.pathname, url.searchParams.get("base"), url.searchParams.get("rest")];
};

test("the server is asked for exactly this experiment, without the projector", () => {
  const base = "http://localhost:8501/";
  assert.deepEqual(asked(`${base}pooling?kernel_size=3&projector=true&stride=2#x`, base),
    [`${base}phone-code`, base, "pooling?kernel_size=3&stride=2"]);
  assert.deepEqual(asked(`${base}?projector=true`, base), [`${base}phone-code`, base, ""]);
});

test("a base path stays in the base", () => {
  const base = "https://a.org/dl/";
  assert.deepEqual(asked(`${base}draw?net=a%26b`, base), [`${base}phone-code`, base, "draw?net=a%26b"]);
});
