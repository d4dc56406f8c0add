// The numbers that tests/js/make_vectors.py has written.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const vectors = (name) =>
  JSON.parse(readFileSync(join(process.env.DL101_VECTORS, `${name}.json`), "utf8"));
