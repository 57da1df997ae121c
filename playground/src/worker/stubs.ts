/**
 * What stands in for the imports that a module wants, so that it can start at all.
 * Functions log their call and return zero unless the user gave a value;
 * memories, tables and globals are made of the wanted type.
 */
import type { ImportDescriptor, Imports, ImportValue, Interpreter, Module } from "flight-wasm";
import type { StubValue } from "../protocol.ts";

type Plain = number | bigint | null;

/** Called for every call of a stub. */
export type CallLog = (text: string, hint: string | undefined) => void;

const key = (module: string, name: string): string => JSON.stringify([module, name]);

/** The values that the user gave, looked up at each call so that a change counts at once. */
export class StubValues {
  #values = new Map<string, readonly Plain[]>();

  replace(values: readonly StubValue[]): void {
    this.#values = new Map(values.map((stub) => [key(stub.module, stub.name), stub.values]));
  }

  of(module: string, name: string, types: readonly string[]): Plain[] {
    const given = this.#values.get(key(module, name));
    return types.map((type, index) => given?.[index] ?? zeroOf(type));
  }
}

export function zeroOf(type: string): Plain {
  if (type === "i64" || type === "v128") return 0n;
  return type === "i32" || type === "f32" || type === "f64" ? 0 : null;
}

export function makeImports(module: Module, values: StubValues, log: CallLog): Imports {
  // Null prototypes: a module may well import from "constructor" or "__proto__".
  const imports: Imports = Object.create(null);
  for (const wanted of module.imports) {
    const group = (imports[wanted.module] ??= Object.create(null) as Record<string, ImportValue>);
    group[wanted.name] = makeImport(wanted, values, log);
  }
  return imports;
}

function makeImport(wanted: ImportDescriptor, values: StubValues, log: CallLog): ImportValue {
  switch (wanted.kind) {
    case "func":
      return makeFunction(wanted, values, log);
    case "global":
      return { kind: "global", value: values.of(wanted.module, wanted.name, [wanted.content])[0] };
    case "memory":
      return { kind: "memory" };
    case "table":
      return { kind: "table" };
    case "tag":
      return null;
  }
}

function makeFunction(wanted: ImportDescriptor & { kind: "func" }, values: StubValues, log: CallLog): ImportValue {
  const { params, results } = wanted.type;
  return function (this: Interpreter, ...args: unknown[]): unknown {
    const returned = values.of(wanted.module, wanted.name, results);
    const call = `${wanted.module}.${wanted.name}(${args.map(argument).join(", ")})`;
    const answer = returned.length > 0 ? ` → ${returned.map(argument).join(", ")}` : "";
    log(call + answer, textHint(this, params, args));
    return returned.length === 0 ? undefined : returned.length === 1 ? returned[0] : returned;
  };
}

function argument(value: unknown): string {
  if (value === null || value === undefined) return "null";
  return typeof value === "object" || typeof value === "function" ? "ref" : String(value);
}

/** Longest text that is shown beside a call. */
const HINT_BYTES = 4096;

/** Two neighbouring i32 that point at readable text (address, length) are shown as that text. */
function textHint(interpreter: Interpreter, params: readonly string[], args: readonly unknown[]): string | undefined {
  if (interpreter.memoryCount === 0) return undefined;
  for (let i = 0; i + 1 < params.length; i += 1) {
    if (params[i] !== "i32" || params[i + 1] !== "i32") continue;
    const address = Number(args[i]) >>> 0;
    const length = Number(args[i + 1]);
    if (length < 1 || length > HINT_BYTES) continue;
    const bytes = interpreter.memory(0).read(address, length);
    if (bytes.length === length) {
      const text = readable(bytes);
      if (text !== undefined) return text;
    }
  }
  return undefined;
}

function readable(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // Control characters other than tab and line break mean that these bytes are no text.
    return /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
