// The declarations: whatever they name has a comment that says what it is.
// In Node only: it is about files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readDeclarations } from "./members/declarations.mjs";
import { documented } from "./members/documented.mjs";

const declared = readDeclarations();

test("every type, class and function of the declarations has a comment", () => {
  const without = Object.values(declared).filter(({ described }) => !described);
  assert.deepEqual(without.map(({ name }) => name).sort(), []);
});

test("every member, option and field of the declarations has a comment", () => {
  const without = [...documented(declared)].filter(([, described]) => !described);
  assert.deepEqual(without.map(([id]) => id).sort(), []);
});
