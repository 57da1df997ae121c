// What stands in for Node's own modules in a browser does as they do.
import { test } from "node:test";
import { nodeOnly } from "./support.mjs";

const self = [1];
self.push(self);
const twin = [1];
twin.push(twin);
class Point {
  x = 1;
}
/** No two of these are deeply equal; each is equal to what its maker makes again. */
const MAKERS = [
  () => undefined, () => null, () => 0, () => -0, () => NaN, () => 1, () => 1n, () => "1", () => true, () => Symbol.iterator,
  () => [], () => [undefined], () => [1], () => [1, 2], () => ({}), () => ({ 0: 1 }), () => ({ x: 1 }), () => new Point(),
  () => ({ x: undefined }), () => ({ y: { x: [1, { z: 2n }] } }), () => ({ y: { x: [1, { z: 2 }] } }), () => ({ [Symbol.iterator]: 1 }),
  () => Object.create(null), () => new Date(5), () => new Date(6), () => /a/, () => /a/g, () => new Map([[1, { x: 1 }]]), () => new Map([[1, { x: 2 }]]),
  () => new Map([[{ x: 1 }, 1]]), () => new Set([1]), () => new Set([{ x: 1 }]), () => new Set([{ x: 2 }]), () => new Error("a"), () => new Error("b"),
  () => new TypeError("a"), () => Object.assign(new Error("a"), { kind: 1 }), () => new Uint8Array([1]), () => new Uint8Array([2]), () => new Int8Array([1]),
  () => new Uint8Array([1]).buffer, () => new Uint8Array([2]).buffer, () => new Float64Array([0]), () => new Float64Array([-0]), () => new Float64Array([NaN]),
  () => Object(1), () => Object(2), () => Object("1"),
];

test("deep equality is that of Node", { skip: nodeOnly("it is compared with Node's own") }, async () => {
  const { default: assert } = await import("node:assert/strict");
  const { isDeepStrictEqual } = await import("node:util");
  const { isDeepEqual } = await import("./browser/equal.mjs");
  assert.ok(isDeepEqual(self, twin));
  for (const [row, make] of MAKERS.entries()) {
    for (const [column, other] of MAKERS.entries()) {
      const pair = `${make} and ${other}`;
      assert.equal(isDeepStrictEqual(make(), other()), row === column, pair);
      assert.equal(isDeepEqual(make(), other()), row === column, pair);
    }
  }
});

test("assertions hold and fail as Node's do", { skip: nodeOnly("they are compared with Node's own") }, async () => {
  const { default: own } = await import("node:assert/strict");
  const { default: shim } = await import("./browser/node-assert.mjs");
  const thrown = (error) => () => {
    throw error;
  };
  const error = new RangeError("words");
  const cases = [
    (assert) => assert(1),
    (assert) => assert(0),
    (assert) => assert.ok("", "words"),
    (assert) => assert.equal(1, 1),
    (assert) => assert.equal(1, true),
    (assert) => assert.notEqual(1, 1),
    (assert) => assert.deepEqual({ a: [1] }, { a: [1] }),
    (assert) => assert.deepEqual({ a: [1] }, { a: ["1"] }),
    (assert) => assert.notDeepEqual([1], [1]),
    (assert) => assert.match("abc", /b/),
    (assert) => assert.match("abc", /d/),
    (assert) => assert.match(5, /5/),
    (assert) => assert.doesNotMatch("abc", /b/),
    (assert) => assert.fail("words"),
    (assert) => assert.ifError(null),
    (assert) => assert.throws(() => 5),
    (assert) => assert.throws(thrown(error)),
    (assert) => assert.throws(thrown(error), RangeError),
    (assert) => assert.throws(thrown(error), Error),
    (assert) => assert.throws(thrown(error), TypeError),
    (assert) => assert.throws(thrown(error), /words/),
    (assert) => assert.throws(thrown(error), /others/),
    (assert) => assert.throws(thrown(error), { name: "RangeError", message: /wor/ }),
    (assert) => assert.throws(thrown(error), { name: "TypeError" }),
    (assert) => assert.throws(thrown(error), (given) => given === error),
    (assert) => assert.throws(thrown(error), (given) => given !== error),
    (assert) => assert.throws(thrown(error), () => assert.equal(1, 2)),
    (assert) => assert.doesNotThrow(thrown(error)),
    (assert) => assert.rejects(Promise.reject(error), RangeError),
    (assert) => assert.rejects(async () => 5),
    (assert) => assert.rejects(Promise.reject(error), TypeError),
    (assert) => assert.doesNotReject(Promise.resolve(1)),
    (assert) => assert.doesNotReject(Promise.reject(error)),
  ];
  const outcome = async (act, assert) => {
    try {
      await act(assert);
      return "holds";
    } catch (failure) {
      return failure.name;
    }
  };
  for (const act of cases) own.equal(await outcome(act, shim), await outcome(act, own), String(act));
});
