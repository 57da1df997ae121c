// What has to be true when all tests have run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { documented } from "./documented.mjs";
import { UNTESTED } from "./exceptions.mjs";
import { recording } from "./recording.mjs";

function none(names, what) {
  if (names.length > 0) assert.fail(`${names.length} ${what}:\n  ${names.join("\n  ")}`);
}

export function testCompleteness() {
  const { record, declared } = recording;
  const all = documented(declared);

  test("every documented member is tested", () => {
    const missing = [...all.keys()].filter((id) => !record.used.has(id) && !Object.hasOwn(UNTESTED, id));
    none(missing.sort(), "are documented and not tested");
    none(Object.keys(UNTESTED).filter((id) => record.used.has(id) || !all.has(id)), "exceptions are none");
  });

  test("what the package gives and throws is as documented", () => {
    none([...record.faults].sort(), "are otherwise");
  });
}
