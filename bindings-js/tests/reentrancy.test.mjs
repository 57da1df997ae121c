// Doing anything at the wrong moment: from inside of imported functions, listeners and goals, and to what has been freed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompileError, DivergedError, Interpreter, LinkError, Module, Trap, UsageError } from "../pkg/index.js";
import { mistake } from "./hostile.mjs";
import { make } from "./support.mjs";

const DOCUMENTED = [CompileError, DivergedError, LinkError, Trap, UsageError];
const TEXT = `(module
  (import "env" "act" (func $act (param i32) (result i32)))
  (memory (export "memory") 1) (table (export "table") 2 funcref) (global (export "g") (mut i32) (i32.const 1))
  (func (export "main") (param i32) (result i32) (i32.add (call $act (local.get 0)) (i32.const 1)))
  (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
  (func (export "trap") (unreachable))
  (func (export "grow") (drop (memory.grow (i32.const 1)))))`;

/** What may be done to a machine at any moment; each may be refused, nothing may break. */
const DEEDS = {
  call: (vm) => vm.call("double", 4),
  "call again": (vm) => vm.call("main", 0),
  "call what traps": (vm) => vm.call("trap"),
  "call an export": (vm) => vm.exports.double(4),
  callAsync: (vm) => vm.callAsync("double", 4),
  start: (vm) => vm.start("double", 4),
  "start and step": (vm) => (vm.start("double", 4), vm.step()),
  "start what traps, and run": (vm) => (vm.start("trap"), vm.run()),
  "start and run": (vm) => (vm.start("double", 4), vm.run()),
  step: (vm) => vm.step(),
  stepOver: (vm) => vm.stepOver(),
  stepOut: (vm) => vm.stepOut(),
  run: (vm) => vm.run(),
  "run until": (vm) => vm.run({ until: () => true }),
  runAsync: (vm) => vm.runAsync(),
  pause: (vm) => vm.pause(),
  stepBack: (vm) => vm.stepBack(),
  seek: (vm) => vm.seek(0),
  branch: (vm) => vm.branch(),
  verify: (vm) => vm.verify(),
  recording: (vm) => vm.recording(),
  profile: (vm) => vm.profile(),
  lastWrite: (vm) => vm.lastWrite({ global: 0 }),
  snapshot: (vm) => vm.snapshot(),
  restore: (vm) => Interpreter.restore(vm.module, vm.snapshot(), { env: { act: () => 1 } }).free(),
  coreDump: (vm) => vm.coreDump(),
  "look at everything": (vm) => [vm.frames, vm.stack, vm.globals, vm.results, vm.trap, vm.explanation, vm.journal, vm.history, vm.memory().read(0, 8)],
  "write memory in place": (vm) => vm.memory().view(0, 8).fill(7),
  "grow memory": (vm) => vm.memory().grow(1),
  setGlobal: (vm) => vm.setGlobal(0, 5),
  "add a breakpoint": (vm) => vm.breakpoints.add({ function: 1 }),
  "add a watchpoint": (vm) => vm.watchpoints.add({ global: 0 }),
  "link another instance": (vm) => new Interpreter(vm.module, { env: { act: (n) => n } }, { store: vm }),
  "free the module": (vm) => vm.module.free(),
  free: (vm) => vm.free(),
  throw: () => {
    throw new RangeError("thrown by the test");
  },
};

/** What is thrown by the deed itself, from inside, and what comes out, are both documented; the next machine works. */
function checked(problems, where, act) {
  try {
    const result = act();
    if (result instanceof Promise) {
      return result.then(
        () => {},
        (error) => check(problems, where, error),
      );
    }
  } catch (error) {
    check(problems, where, error);
  }
  return undefined;
}

function check(problems, where, error) {
  if (error instanceof RangeError && error.message === "thrown by the test") return;
  const found = mistake(error, DOCUMENTED);
  if (found) problems.push(`${where}: ${found}`);
}

/** Ways to come to a moment: each makes a machine that does the deed then. */
const MOMENTS = {
  "an imported function during call": (deed, within) => async () => {
    const { vm } = await make(TEXT, { env: { act: (n) => (within(() => deed(vm)), n) } });
    return [vm, () => vm.call("main", 1)];
  },
  "an imported function during run": (deed, within) => async () => {
    const { vm } = await make(TEXT, { env: { act: (n) => (within(() => deed(vm)), n) } });
    vm.start("main", 1);
    return [vm, () => vm.run()];
  },
  "an imported function during a step": (deed, within) => async () => {
    const { vm } = await make(TEXT, { env: { act: (n) => (within(() => deed(vm)), n) } });
    vm.start("main", 1);
    vm.step();
    return [vm, () => vm.step()];
  },
  "an imported function during callAsync": (deed, within) => async () => {
    const { vm } = await make(TEXT, { env: { act: (n) => (within(() => deed(vm)), n) } });
    return [vm, () => vm.callAsync("main", 1)];
  },
  "an imported function that is awaited": (deed, within) => async () => {
    const act = async (n) => {
      await null;
      within(() => deed(vm));
      return n;
    };
    const { vm } = await make(TEXT, { env: { act } });
    return [vm, () => vm.callAsync("main", 1)];
  },
  "an imported function that lets the deed pass": (deed) => async () => {
    const act = (n) => {
      const done = deed(vm);
      if (done instanceof Promise) done.catch(() => {});
      return n;
    };
    const { vm } = await make(TEXT, { env: { act } });
    return [vm, () => vm.call("main", 1)];
  },
  "a listener for calls": (deed, within) => async () => {
    const { vm } = await make(TEXT, { env: { act: (n) => n } });
    vm.on("hostcall", () => within(() => deed(vm)));
    return [vm, () => vm.call("main", 1)];
  },
  "a listener for traps": (deed, within) => async () => {
    const { vm } = await make(TEXT, { env: { act: (n) => n } });
    vm.on("trap", () => within(() => deed(vm)));
    return [vm, () => vm.call("trap")];
  },
  "a listener for growth": (deed, within) => async () => {
    const { vm } = await make(TEXT, { env: { act: (n) => n } });
    vm.on("growth", () => within(() => deed(vm)));
    return [vm, () => vm.call("grow")];
  },
  "a goal of a run": (deed, within) => async () => {
    const { vm } = await make(TEXT, { env: { act: (n) => n } });
    vm.start("double", 4);
    return [vm, () => vm.run({ until: () => (within(() => deed(vm)), false) })];
  },
  "a conversion of an argument": (deed, within) => async () => {
    const { vm } = await make(TEXT, { env: { act: (n) => n } });
    return [vm, () => vm.call("double", { valueOf: () => (within(() => deed(vm)), 4) })];
  },
  "a conversion of a result": (deed, within) => async () => {
    const { vm } = await make(TEXT, { env: { act: () => ({ valueOf: () => (within(() => deed(vm)), 4) }) } });
    return [vm, () => vm.call("main", 1)];
  },
  "a look at the options": (deed, within) => async () => {
    const { vm } = await make(TEXT, { env: { act: (n) => n } });
    vm.start("double", 4);
    return [vm, () => vm.run({ get fuel() { within(() => deed(vm)); return 2; } })];
  },
};

for (const [moment, prepare] of Object.entries(MOMENTS)) {
  test(`anything may be done from inside of ${moment}`, async () => {
    const problems = [];
    for (const [name, deed] of Object.entries(DEEDS)) {
      let times = 0;
      // What calls itself has to come to an end.
      const within = (act) => {
        times += 1;
        if (times < 4) checked(problems, `${name}, inside`, act);
      };
      const inner = (vm) => {
        times += 1;
        return times < 4 ? deed(vm) : undefined;
      };
      const [vm, act] = await prepare(moment.includes("lets") ? inner : deed, within)();
      await checked(problems, name, act);
      // Whatever it is now, it is in order, and can be used or says that it is freed.
      for (const [what, look] of [
        ["state", () => vm.state],
        ["frames", () => vm.frames],
        ["the next call", () => vm.call("double", 4)],
        ["free", () => vm.free()],
      ]) {
        await checked(problems, `${what} after ${name}`, look);
      }
    }
    const { vm } = await make(TEXT, { env: { act: (n) => n } });
    assert.equal(vm.call("main", 41), 42);
    assert.equal(problems.length, 0, `${problems.length}:\n${problems.join("\n")}`);
  });
}

test("what belongs to a freed interpreter says so, in each of its forms", async () => {
  const { vm, module } = await make(TEXT, { env: { act: (n) => n } });
  const parts = [vm.exports.double, vm.memory(), vm.table(), vm.exports.g, vm.breakpoints, vm.watchpoints];
  const [double, memory, table, global, breakpoints, watchpoints] = parts;
  vm.free();
  vm.free();
  for (const use of [
    () => double(4),
    () => memory.size,
    () => memory.read(0, 1),
    () => memory.bytes,
    () => table.get(0),
    () => global.value,
    () => { global.value = 5; },
    () => breakpoints.size,
    () => [...watchpoints],
    () => vm.exports,
    () => vm.call("double", 1),
    () => new Interpreter(module, { env: { act: double } }, { store: vm }),
    () => new Interpreter(module, { env: { memory } }),
  ]) {
    assert.throws(use, (error) => error instanceof UsageError || error instanceof LinkError, String(use));
  }
  module.free();
  module.free();
  assert.throws(() => new Interpreter(module), UsageError);
  await assert.rejects(Module.fromBytes(module), UsageError);
});

test("of linked instances each may be freed first", async () => {
  for (const first of [0, 1]) {
    const { vm, module } = await make(TEXT, { env: { act: (n) => n } });
    const other = new Interpreter(module, { env: { act: vm.exports.double } });
    const both = [vm, other];
    assert.equal(other.call("main", 4), 9);
    both[first].free();
    const left = both[1 - first];
    assert.equal(left.call("main", 4), left === other ? 9 : 5);
    assert.equal(left.state, "Finished");
    left.free();
    assert.throws(() => left.call("main", 4), UsageError);
  }
});
