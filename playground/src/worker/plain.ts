/**
 * Values as they may cross to the page: copies that a structured clone accepts.
 * An `externref` can hold anything, a function or a proxy too, so it crosses as its description.
 */
import type { Frame, FunctionReference, GlobalView, I31Reference, Local, ObjectReference, TrapInfo, TypedValue } from "flight-wasm";

const NUMERIC = new Set(["i32", "i64", "f32", "f64", "v128"]);

function describe(value: unknown): string {
  try {
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  } catch {
    // An object without a prototype, or one whose toString throws.
    return "an object";
  }
}

function isFunctionReference(value: unknown): value is FunctionReference {
  return typeof value === "object" && value !== null && "function" in value && typeof value.function === "number";
}

function isObjectReference(value: unknown): value is ObjectReference {
  return typeof value === "object" && value !== null && "handle" in value && "generation" in value && "object" in value;
}

function isI31Reference(value: unknown): value is I31Reference {
  return typeof value === "object" && value !== null && "i31" in value;
}

const PARTS = { struct: "field", array: "element", exception: "argument", gone: "part" } as const;

/** An object of the guest's heap in words: "struct point, 3 fields". */
function describeObject({ object, name, length }: ObjectReference): string {
  const part = PARTS[object];
  return `${object}${name === null ? "" : ` ${name}`}, ${length} ${part}${length === 1 ? "" : "s"}`;
}

export function plainValue(value: TypedValue): TypedValue {
  if (NUMERIC.has(value.type)) {
    return value.bits === undefined
      ? { type: value.type, value: value.value }
      : { type: value.type, value: value.value, bits: value.bits };
  }
  return { type: value.type, value: plainReference(value.value) };
}

/** A reference without its type: null, a function, or the words for a host value. */
function plainReference(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "function") return `function ${value.name}`;
  if (isFunctionReference(value)) return { function: value.function, name: value.name };
  if (isObjectReference(value)) return describeObject(value);
  if (isI31Reference(value)) return `i31 ${value.i31}`;
  return describe(value);
}

function plainLocal(local: Local): Local {
  return { ...plainValue(local), index: local.index, name: local.name, parameter: local.parameter };
}

export function plainFrame(frame: Frame): Frame {
  return {
    instance: frame.instance,
    function: frame.function,
    name: frame.name,
    host: frame.host,
    offset: frame.offset,
    instruction: frame.instruction,
    locals: frame.locals.map(plainLocal),
    operands: frame.operands.map(plainValue),
    labels: frame.labels.map(({ kind, offset, height, arity }) => ({ kind, offset, height, arity })),
  };
}

export function plainGlobal(global: GlobalView): GlobalView {
  return {
    ...plainValue(global),
    index: global.index,
    name: global.name,
    mutable: global.mutable,
    imported: global.imported,
  };
}

/** Most frames of a trap that the page is sent: a stack that overflowed has tens of thousands. */
const TRAP_FRAMES = 200;

export function plainTrap(trap: TrapInfo): TrapInfo {
  const plain = {
    kind: trap.kind,
    message: trap.message,
    explanation: trap.explanation,
    offset: trap.offset,
    function: trap.function,
    instruction: trap.instruction,
    operands: trap.operands.map(plainValue),
    exception: trap.exception && {
      tag: trap.exception.tag,
      name: trap.exception.name,
      arguments: trap.exception.arguments.map(plainValue),
    },
    depth: trap.depth,
    frames: trap.frames.slice(0, TRAP_FRAMES).map((frame) => ({
      function: frame.function,
      name: frame.name,
      offset: frame.offset,
      locals: frame.locals.map(plainLocal),
    })),
  };
  return trap.cause === undefined ? plain : { ...plain, cause: describe(trap.cause) };
}
