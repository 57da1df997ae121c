// Whatever is given to a member, it does or throws what is documented, and the package goes on working.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as flight from "../pkg/index.js";
import { HOSTILE, hostileArguments, mistake } from "./hostile.mjs";
import { withoutRecord } from "./members/recording.mjs";

const { Interpreter, Module, CompileError, DivergedError, LinkError, Trap, UsageError } = flight;
const DOCUMENTED = [CompileError, DivergedError, LinkError, Trap, UsageError];

const TEXT = `(module
  (type $pair (struct (field $a (mut i32)) (field $b externref)))
  (import "env" "ask" (func $ask (param i32) (result i32)))
  (memory (export "memory") 1 3) (table (export "table") 3 5 funcref) (table (export "things") 2 externref)
  (global (export "g") (mut i32) (i32.const 5)) (global (export "h") (mut externref) (ref.null extern))
  (tag (export "tag") (param i32))
  (elem (i32.const 0) $f)
  (func $f (export "f") (param $n i32) (result i32)
    (global.set 0 (local.get $n)) (i32.store (i32.const 8) (local.get $n)) (i32.add (call $ask (local.get $n)) (i32.const 1)))
  (func (export "types") (param i32 i64 f32 f64 v128 externref funcref anyref))
  (func (export "pair") (result anyref) (struct.new $pair (i32.const 1) (ref.null extern)))
  (func (export "trap") unreachable))`;
const LIMITS = { memoryBudget: 1 << 20, gcBudget: 1 << 20, callDepth: 100, history: 1 << 22 };

const module = await Module.fromWat(TEXT);
const imports = () => ({ env: { ask: (n) => n } });
const fresh = () => new Interpreter(module, imports(), LIMITS);

/** Machines in all states; each has a past. */
const STATES = {
  Idle: fresh,
  Paused() {
    const vm = fresh();
    vm.start("f", 3);
    for (let steps = 0; steps < 4; steps += 1) vm.step();
    return vm;
  },
  Finished() {
    const vm = fresh();
    vm.call("f", 3);
    return vm;
  },
  Trapped() {
    const vm = fresh();
    assert.throws(() => vm.call("trap"), Trap);
    return vm;
  },
  AwaitingHost() {
    const vm = new Interpreter(module, { env: { ask: () => new Promise(() => {}) } }, LIMITS);
    vm.start("f", 3);
    vm.run();
    return vm;
  },
  Past() {
    const vm = STATES.Finished();
    vm.seek(3);
    return vm;
  },
  Freed() {
    const vm = fresh();
    vm.free();
    return vm;
  },
};

const offset = module.instructionOffsets(1)[0];
/** What each method takes where all is well. */
const INTERPRETER = {
  call: [["f", 3], [1, 3], ["types", 1, 2n, 0.5, 0.5, 5n, {}, null, 7]],
  callAsync: [["f", 3], [{ function: "f", signal: new AbortController().signal }, 3]],
  start: [["f", 3]],
  step: [[]],
  stepOver: [[{ fuel: 10 }]],
  stepOut: [[{ fuel: 10 }]],
  run: [[{ fuel: 10 }], [{ until: { time: 5, depth: 1 } }], [{ until: { offset, function: 1 } }], [{ until: () => true }]],
  runAsync: [[{ fuel: 10, signal: new AbortController().signal }], [{ fuel: 50, until: { time: 5n } }]],
  stepBack: [[]],
  stepBackOver: [[]],
  stepBackOut: [[]],
  reverseContinue: [[]],
  seek: [[2], [{ time: 2n, actions: 1, trapped: false }]],
  branch: [[]],
  takeBranch: [[]],
  journalFrom: [[0, 5]],
  setLocal: [[0, 0, 5]],
  setOperand: [[0, 0, 5]],
  setGlobal: [[0, 5], [1, null]],
  locals: [[0]],
  framesFrom: [[0, 5]],
  memory: [[0]],
  table: [[0]],
  object: [[{ handle: 1, generation: 1 }, { first: 0, count: 5 }]],
  snapshot: [[]],
  recording: [[]],
  verify: [[]],
  lastWrite: [[{ memory: 0, address: 8, length: 4 }], [{ global: 0 }], [{ local: 0, frame: 0 }], [{ table: 0, entry: 0, count: 1 }]],
  origin: [[{ stackSlot: 0, frame: 0 }], [{ trapOperand: 0 }]],
  trail: [[{ stackSlot: 0, frame: 0 }, 5]],
  coreDump: [["name"]],
  evaluate: [["$g + i32[8]", 0]],
  profile: [[{ from: 1 }], [{ from: { time: 1n, actions: 1, trapped: false } }]],
  coverage: [[{ from: 1 }]],
  on: [["trap", () => {}]],
  off: [["trap", () => {}]],
  keep: [[{ handle: 1, generation: 1 }]],
  release: [[{ handle: 1, generation: 1 }]],
  pause: [[]],
  free: [[]],
  [Symbol.dispose]: [[]],
};
/** The same for what belongs to an interpreter, and how it is had. */
const PARTS = {
  MemoryView: [(vm) => vm.memory(), { view: [[0, 8]], read: [[0, 8]], write: [[0, new Uint8Array(4)]], grow: [[1]] }],
  TableView: [(vm) => vm.table(0), { get: [[0]], set: [[0, null]], grow: [[1, null]], entries: [[0, 3]] }],
  Global: [(vm) => vm.exports.g, { valueOf: [[]] }],
  Tag: [(vm) => vm.exports.tag, {}],
  Breakpoints: [(vm) => vm.breakpoints, { add: [[{ function: 1, offset, condition: "$n > 1", hits: 2, log: "n = {$n}" }]], remove: [[{ function: 1, offset }]], clear: [[]], [Symbol.iterator]: [[]] }],
  Watchpoints: [
    (vm) => vm.watchpoints,
    {
      add: [[{ memory: 0, address: 8, length: 4, on: "write" }], [{ global: 0, on: "read" }], [{ function: 1, local: 0 }], [{ table: 0, entry: 0, count: 1 }]],
      remove: [[1], [{ id: 1 }]],
      clear: [[]],
      [Symbol.iterator]: [[]],
    },
  ],
};

/** Uses a member; what it gives back is used up. */
async function use(object, key, given) {
  const member = Reflect.get(object, key);
  let result = typeof member === "function" ? Reflect.apply(member, object, given) : member;
  // Promises of imported functions need not settle.
  if (result instanceof Promise) result = await Promise.race([result, new Promise((resolve) => setTimeout(resolve, 5))]);
  else if (typeof result?.next === "function") result = [...result];
  return result;
}

async function problem(object, key, given) {
  try {
    await use(object, key, given);
    return null;
  } catch (error) {
    return mistake(error, DOCUMENTED);
  }
}

/** Whatever has happened to others, new machines work. */
function assertWorks() {
  const vm = fresh();
  assert.equal(vm.call("f", 41), 42);
  vm.free();
}

const keys = (object) => Reflect.ownKeys(Object.getPrototypeOf(object)).filter((key) => key !== "constructor" && key !== Symbol.toStringTag && !String(key).startsWith("_"));

/** Gives one kind of object everything that is hostile, in one state of its machine. */
async function attack(machine, partOf, table) {
  const problems = new Set();
  for (const key of keys(partOf(fresh()))) {
    const isMethod = typeof Object.getOwnPropertyDescriptor(Object.getPrototypeOf(partOf(fresh())), key).value === "function";
    if (isMethod && !table[key]) {
      problems.add(`${String(key)} is not in the table of this test`);
      continue;
    }
    for (const given of isMethod ? table[key] : [[]]) {
      for (const [what, args] of [["what is right", given], ...hostileArguments(given)]) {
        const vm = machine();
        let part;
        try {
          part = partOf(vm);
        } catch (error) {
          const found = mistake(error, DOCUMENTED);
          if (found) problems.add(`the object itself: ${found}`);
          continue;
        }
        const found = await problem(part, key, args);
        if (found) problems.add(`${String(key)} with ${what}: ${found}`);
        const still = await problem(vm, "state", []);
        if (still) problems.add(`state after ${String(key)} with ${what}: ${still}`);
        const freed = await problem(vm, "free", []);
        if (freed) problems.add(`free after ${String(key)} with ${what}: ${freed}`);
      }
    }
  }
  assertWorks();
  return [...problems];
}

const none = (problems) => assert.equal(problems.length, 0, `${problems.length}:\n${problems.join("\n")}`);

for (const [state, machine] of Object.entries(STATES)) {
  test(`an interpreter that is ${state} takes anything`, async () => {
    none(await withoutRecord(() => attack(machine, (vm) => vm, INTERPRETER)));
  });
}

for (const [name, [partOf, table]] of Object.entries(PARTS)) {
  test(`${name} takes anything`, async () => {
    const problems = [];
    for (const machine of [STATES.Paused, STATES.Past, STATES.Freed]) problems.push(...(await withoutRecord(() => attack(machine, partOf, table))));
    // What outlives its machine.
    const outliving = (vm) => {
      const part = partOf(vm);
      vm.free();
      return part;
    };
    problems.push(...(await withoutRecord(() => attack(fresh, outliving, table))));
    none([...new Set(problems)]);
  });
}

/** Everything that makes modules and interpreters, with what is right. */
const MAKERS = {
  "Module.fromBytes": [(...given) => Module.fromBytes(...given), [[module.bytes, { features: "all" }]]],
  "Module.fromWat": [(...given) => Module.fromWat(...given), [["(module)", { features: "all" }]]],
  "module.customSections": [(...given) => module.customSections(...given), [["name"]]],
  "new Exception": [(...given) => new flight.Exception(...given), [[fresh().exports.tag, [5]]]],
  "module.instructionOffsets": [(...given) => module.instructionOffsets(...given), [[1]]],
  "new Module": [(...given) => new Module(...given), [[]]],
  "new Interpreter": [
    (...given) => new Interpreter(...given),
    [[module, imports(), { ...LIMITS, pauseAtStart: true, translation: "folded" }], [module, imports(), { store: fresh() }]],
  ],
  "new Interpreter with an import": [(ask) => new Interpreter(module, { env: { ask } }, LIMITS), [[() => 5]]],
  "Interpreter.restore": [(...given) => Interpreter.restore(...given), [[module, fresh().snapshot(), imports(), { value: () => 5, ...LIMITS }]]],
  "Interpreter.fromRecording": [(...given) => Interpreter.fromRecording(...given), [[STATES.Finished().recording(), imports(), LIMITS]]],
  "a function of the guest": [(...given) => fresh().exports.types(...given), [[1, 2n, 0.5, 0.5, 5n, {}, null, 7]]],
  "setting a global": [(value) => void (fresh().exports.g.value = value), [[5]]],
  "new MemoryView": [(...given) => new flight.MemoryView(...given), [[]]],
  "new TableView": [(...given) => new flight.TableView(...given), [[]]],
  "new Global": [(...given) => new flight.Global(...given), [[]]],
  "new Tag": [(...given) => new flight.Tag(...given), [[]]],
  init: [(given) => flight.init(given), [[{ core: undefined, text: undefined }]]],
};

for (const [name, [act, rows]] of Object.entries(MAKERS)) {
  test(`${name} takes anything`, async () => {
    const problems = new Set();
    const given = rows.flatMap((row) => [...hostileArguments(row.length === 0 ? [undefined, undefined, undefined] : row)]);
    await withoutRecord(async () => {
      for (const [what, args] of given) {
        const found = await problem({ act }, "act", args);
        if (found) problems.add(`with ${what}: ${found}`);
        assertWorks();
      }
    });
    none([...problems]);
  });
}

const HOSTS = `(module
  (import "env" "one" (func $one (result i32))) (import "env" "long" (func $long (result i64)))
  (import "env" "two" (func $two (result i32 i32))) (import "env" "ref" (func $ref (result funcref))) (import "env" "none" (func $none))
  (func (export "one") (result i32) (call $one)) (func (export "long") (result i64) (call $long))
  (func (export "two") (result i32 i32) (call $two)) (func (export "ref") (result funcref) (call $ref)) (func (export "none") (call $none)))`;

test("an imported function may return and throw anything", async () => {
  const hosts = await Module.fromWat(HOSTS);
  const problems = new Set();
  await withoutRecord(async () => {
    for (const [what, make] of Object.entries(HOSTILE)) {
      for (const name of ["one", "long", "two", "ref", "none"]) {
        for (const [how, act] of [
          ["returns", make],
          ["throws", () => { throw make(); }],
          ["rejects with", () => Promise.reject(make())],
          ["throws an error with the message", () => { throw Object.defineProperty(new Error(), "message", { value: make() }); }],
        ]) {
          for (const member of ["call", "callAsync"]) {
            const env = { one: act, long: act, two: act, ref: act, none: act };
            const vm = new Interpreter(hosts, { env }, LIMITS);
            const found = await problem(vm, member, [name]);
            if (found) problems.add(`${member} where ${name} ${how} ${what}: ${found}`);
            if (vm.state === "AwaitingHost" && member === "call") problems.add(`call where ${name} ${how} ${what}: it is left waiting`);
            vm.free();
          }
        }
      }
    }
  });
  assertWorks();
  none([...problems]);
});
