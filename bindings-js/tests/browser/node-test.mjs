// node:test for browsers: tests and suites, one after the other, in the order in which they are named.

/** So long may a test take unless it says otherwise, in milliseconds. */
const LIMIT = 60_000;

/** A suite, or the root: its tests in their order, and what is done around them. */
const makeSuite = (name, options = {}) => ({ name, options, tests: [], before: [], after: [], beforeEach: [], afterEach: [] });

const root = makeSuite("");
/** The suite whose body is being executed. */
let current = root;

/** A test is named, and may have options and a body; without a body it is one that is still to be written. */
function read(given, marks) {
  const parts = [...given];
  const name = typeof parts[0] === "string" ? parts.shift() : "a test without a name";
  const options = typeof parts[0] === "object" && parts[0] !== null ? parts.shift() : {};
  return { name, options: { ...options, ...marks }, body: parts[0] ?? (() => {}) };
}

const define = (marks = {}) => (...given) => {
  current.tests.push(read(given, marks));
};

const defineSuite = (marks = {}) => (...given) => {
  const { name, options, body } = read(given, marks);
  const suite = makeSuite(name, options);
  const outer = current;
  outer.tests.push(suite);
  current = suite;
  try {
    // A suite that is passed over is not looked into.
    if (!options.skip) body();
  } finally {
    current = outer;
  }
};

const withMarks = (make) => Object.assign(make(), { skip: make({ skip: true }), todo: make({ todo: true }) });
const hook = (when) => (act) => {
  current[when].push(act);
};

export const test = withMarks(define);
export const it = test;
export const describe = withMarks(defineSuite);
export const suite = describe;
export const before = hook("before");
export const after = hook("after");
export const beforeEach = hook("beforeEach");
export const afterEach = hook("afterEach");
export default test;

/**
 * Runs all tests that have been named, in the form of Node's runner; `print` gets each line.
 * What comes back are the counts.
 */
export async function run(print) {
  const counts = { passed: 0, skipped: 0, failed: 0 };
  await runSuite(root, [], { print, counts, depth: 0 });
  return counts;
}

async function runSuite(suite, outer, report) {
  const chain = [...outer, suite];
  for (const act of suite.before) await act();
  for (const one of suite.tests) {
    if (one.tests === undefined) await runTest(one, chain, report);
    else if (one.options.skip) passOver(one, report);
    else {
      report.print(`${"  ".repeat(report.depth)}▶ ${one.name}`);
      await runSuite(one, chain, { ...report, depth: report.depth + 1 });
    }
  }
  for (const act of suite.after) await act();
}

function passOver({ name, options }, { print, counts, depth }) {
  counts.skipped += 1;
  const reason = options.skip ?? options.todo;
  print(`${"  ".repeat(depth)}﹣ ${name} # SKIP${typeof reason === "string" ? ` ${reason}` : ""}`);
}

async function runTest({ name, options, body }, chain, report) {
  const { print, counts, depth } = report;
  const indent = "  ".repeat(depth);
  if (options.skip || options.todo) {
    passOver({ name, options }, report);
    return;
  }
  const begin = performance.now();
  const context = new Context(name, chain, report);
  let failure = null;
  try {
    for (const { beforeEach: acts } of chain) for (const act of acts) await act(context);
    await within(options.timeout ?? LIMIT, () => body(context));
    if (context.failed) throw new Error("a test in it has failed");
  } catch (error) {
    failure = { error };
  }
  for (const act of [...context.atEnd, ...chain.toReversed().flatMap(({ afterEach: acts }) => acts)]) {
    try {
      await act(context);
    } catch (error) {
      failure ??= { error };
    }
  }
  const took = `(${(performance.now() - begin).toFixed(1)}ms)`;
  if (failure === null && context.skipped !== null) passOver({ name, options: { skip: context.skipped } }, report);
  else if (failure === null) {
    counts.passed += 1;
    print(`${indent}✔ ${name} ${took}`);
  } else {
    counts.failed += 1;
    print(`${indent}✖ ${name} ${took}`);
    for (const line of describeError(failure.error)) print(`${indent}    ${line}`);
  }
  return failure === null;
}

/** What a test gets. */
class Context {
  failed = false;
  skipped = null;
  atEnd = [];
  #chain;
  #report;

  constructor(name, chain, report) {
    this.name = name;
    this.#chain = chain;
    this.#report = report;
  }

  after(act) {
    this.atEnd.push(act);
  }
  skip(reason = true) {
    this.skipped = reason;
  }
  diagnostic(message) {
    this.#report.print(`${"  ".repeat(this.#report.depth)}ℹ ${message}`);
  }
  async test(...given) {
    const passed = await runTest(read(given, {}), this.#chain, { ...this.#report, depth: this.#report.depth + 1 });
    if (passed === false) this.failed = true;
  }
}

/** A test that never ends must not keep the others from running. */
async function within(limit, act) {
  let timer;
  const late = new Promise((_, reject) => {
    if (Number.isFinite(limit)) timer = setTimeout(() => reject(new Error(`the test has not ended within ${limit} ms`)), limit);
  });
  try {
    await Promise.race([act(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function describeError(error) {
  if (!(error instanceof Error)) return [`thrown: ${String(error)}`];
  // V8's stack begins with the message, others' do not.
  const stack = error.stack ?? "";
  const text = stack.includes(error.message) ? stack : `${error.name}: ${error.message}\n${stack}`;
  const cause = error.cause === undefined ? [] : describeError(error.cause).map((line, index) => (index === 0 ? `caused by ${line}` : line));
  return [...text.split("\n"), ...cause];
}
