// The second engine's side: reads modules with what Flight did, does the same in this engine, and reports differences.
// What is written down here and in `src/observe.rs` has to be the same, word by word.

import { readSync, writeSync } from 'node:fs';

const ENTRIES = 40;
const LIMIT = 'limit';

/** The causes of traps, as this engine words them. Coarse where engines differ in what they tell apart. */
const TRAPS = [
  [/unreachable/, 'unreachable'],
  [/divide by zero|remainder by zero/, 'divide'],
  [/unrepresentable/, 'convert'],
  [/unaligned/, 'unaligned'],
  [/function signature mismatch|null function/, 'indirect'],
  [/table (index is|access|index) out of bounds|element segment/, 'table'],
  [/memory access out of bounds|data segment/, 'memory'],
  [/array (element access|index|access).*out of bounds/, 'array'],
  [/illegal cast/, 'cast'],
  [/dereferencing a null pointer|rethrowing null/, 'null'],
  [/array is too large|too large/, LIMIT],
];

/** An object of the host's, of which the guest sees only that it is the same. */
class Extern {
  constructor(number) {
    this.number = number;
  }
}
const externs = Array.from({ length: 256 }, (_, number) => new Extern(number));

const bits = new DataView(new ArrayBuffer(8));

function parse(word, exports) {
  const colon = word.indexOf(':');
  const [type, value] = [word.slice(0, colon), word.slice(colon + 1)];
  switch (type) {
    case 'i32':
    case 'i31':
      return Number(value);
    case 'i64':
      return BigInt(value);
    case 'f32':
      if (value === 'nan') return NaN;
      bits.setUint32(0, parseInt(value, 16));
      return bits.getFloat32(0);
    case 'f64':
      if (value === 'nan') return NaN;
      bits.setBigUint64(0, BigInt(`0x${value}`));
      return bits.getFloat64(0);
    case 'func':
      return exports[`f${value}`];
    case 'extern':
      return externs[value];
    default:
      return null;
  }
}

/** A value in words: of a number only Flight knows the type, so its words for it say which is meant. */
function words(value, type) {
  switch (typeof value) {
    case 'bigint':
      return `i64:${value}`;
    case 'function':
      return `func:${value.name}`;
    case 'number':
      if (type !== 'f32' && type !== 'f64') return `${type === 'i31' ? 'i31' : 'i32'}:${value}`;
      if (Number.isNaN(value)) return `${type}:nan`;
      if (type === 'f32') {
        bits.setFloat32(0, value);
        return `f32:${bits.getUint32(0).toString(16).padStart(8, '0')}`;
      }
      bits.setFloat64(0, value);
      return `f64:${bits.getBigUint64(0).toString(16).padStart(16, '0')}`;
    default:
      if (value === null) return 'null:';
      return value instanceof Extern ? `extern:${value.number}` : 'object:';
  }
}

const types = (line) => line.split(' ').map((word) => word.slice(0, word.indexOf(':')));

function failure(error, instance, expected) {
  if (error instanceof WebAssembly.Exception) {
    if (instance === undefined) return 'exception';
    const tag = Object.keys(instance).find((name) => name[0] === 'x' && error.is(instance[name]));
    const wanted = expected.split(' after ')[0].split(' ').slice(2).filter((word) => word !== '');
    const shown = wanted.map((word, index) =>
      word === 'hidden' ? word : words(error.getArg(instance[tag], index), types(word)[0]),
    );
    return `exception ${tag} ${shown.join(' ')}`;
  }
  if (error instanceof RangeError) return LIMIT;
  const trap = TRAPS.find(([pattern]) => pattern.test(error.message));
  return trap && error instanceof WebAssembly.RuntimeError ? trap[1] : `${error.name}: ${error.message}`;
}

function hash(buffer) {
  let result = 0;
  for (const word of new Int32Array(buffer)) {
    const mixed = Math.imul(result ^ word, 0x01000193);
    result = (mixed << 5) | (mixed >>> 27);
  }
  return result;
}

/** What modules may import; `host.called` notes with what the functions were called. */
function imports(host) {
  const note = (number) => {
    host.called = (Math.imul(host.called, 31) + number) | 0;
  };
  return {
    env: {
      add: (a) => (note(a), Math.imul(a, 31) + 7),
      mix: (a, b) => (note(Number(BigInt.asIntN(32, a))), b > 0 ? a : ~a),
      nothing: () => note(1),
      same: (value) => (note(2), value),
      memory: new WebAssembly.Memory({ initial: 1, maximum: 2 }),
      table: new WebAssembly.Table({ element: 'anyfunc', initial: 4, maximum: 9 }),
      seven: new WebAssembly.Global({ value: 'i32' }, 7),
      counter: new WebAssembly.Global({ value: 'i64', mutable: true }, -1n),
      tag: new WebAssembly.Tag({ parameters: ['i32'] }),
    },
  };
}

/** Does what a line says, and gives what came of it in words. */
function perform(action, expected, exports, host) {
  const [name, ...given] = action.split(' ').filter((word) => word !== '');
  const value = exports[name];
  switch (name[0]) {
    case 'm':
      return `${value.buffer.byteLength} ${hash(value.buffer)}`;
    case 't': {
      const wanted = types(expected).slice(1);
      const entries = wanted.slice(0, ENTRIES).map((type, at) => {
        return words(value.get(typeof value.length === 'bigint' ? BigInt(at) : at), type);
      });
      return [value.length, ...entries].join(' ');
    }
    case 'g':
      return words(value.value, types(expected)[0]);
  }
  const outcome = () => {
    const results = value(...given.map((word) => parse(word, exports)));
    const list = results === undefined ? [] : Array.isArray(results) ? results : [results];
    const wanted = types(expected);
    return list.map((result, index) => words(result, wanted[index])).join(' ');
  };
  if (name[0] === 'v') return outcome();
  let line;
  try {
    exports.refuel();
    line = outcome();
  } catch (error) {
    line = failure(error, exports, expected);
    if (line === LIMIT) return LIMIT;
  }
  return `${line} after ${host.called}`;
}

/** Where an atomic access is neither aligned nor inside of the memory, either trap is right. */
function agrees(found, expected) {
  const coarse = (line) => line.replace(/^unaligned\b/, 'memory');
  return found === expected || coarse(found) === coarse(expected);
}

/** Compares one module: the action and both outcomes where they differ first, `LIMIT`, or nothing. */
function compare(bytes, script) {
  const lines = script.split('\n');
  const host = { called: 0 };
  let exports;
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [action, expected] = [lines[at].slice(1), lines[at + 1]];
    // What exceeds Flight's limits may exceed this engine's patience.
    if (expected === LIMIT || expected.startsWith(`${LIMIT} after`)) return LIMIT;
    let found;
    if (action === 'new') {
      try {
        exports = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports(host)).exports;
        found = 'ok';
      } catch (error) {
        found = failure(error, undefined, expected);
      }
    } else {
      found = perform(action, expected, exports, host);
    }
    if (found === LIMIT) return LIMIT;
    if (!agrees(found, expected)) return [action, expected, found];
  }
  return undefined;
}

function read(length) {
  const buffer = Buffer.alloc(length);
  let at = 0;
  while (at < length) {
    const count = readSync(0, buffer, at, length - at, null);
    if (count === 0) return undefined;
    at += count;
  }
  return buffer;
}

let compared = 0;
let limited = 0;
for (let head = read(12); head !== undefined; head = read(12)) {
  const bytes = read(head.readUInt32LE(4));
  const script = read(head.readUInt32LE(8)).toString();
  let difference;
  try {
    difference = compare(bytes, script);
  } catch (error) {
    difference = ['the comparison itself', '', String(error.stack).replaceAll(/[\t\n]/g, ' ')];
  }
  if (difference === LIMIT) limited += 1;
  else compared += 1;
  if (Array.isArray(difference)) {
    const [action, expected, found] = difference;
    writeSync(1, `different\t${head.readUInt32LE(0)}\t${action}\tFlight: ${expected}\tengine: ${found}\n`);
  }
}
writeSync(1, `compared\t${compared}\nlimited\t${limited}\n`);
