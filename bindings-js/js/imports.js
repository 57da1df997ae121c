// What a module's imports are given, for the raw layer and for answering host calls.
import { toRaw } from "./values.js";

/** Values for a global: bare, or in an object that names its kind. */
function globalValue(given) {
  return given?.kind === "global" ? (given.value ?? 0) : given;
}

/** The entry that the raw layer wants for one import; `undefined` if nothing is given. */
function entry(descriptor, given, kept) {
  if (given === undefined) return undefined;
  if (typeof given === "function") return { kind: "func" };
  if (given?.kind === "tag") return { kind: "tag" };
  if (given?.kind === "memory" || given?.kind === "table") {
    return { kind: given.kind, minimum: given.minimum, maximum: given.maximum };
  }
  if (descriptor.kind !== "global") return { kind: "global" };
  const where = `the global "${descriptor.module}" "${descriptor.name}"`;
  const zero = descriptor.content === "i64" ? 0n : descriptor.content.endsWith("ref") ? null : 0;
  const value = given?.kind === "global" && given.value === undefined ? zero : globalValue(given);
  return { kind: "global", value: toRaw(descriptor.content, value, where, kept) };
}

/**
 * Looks up every import: the list for the raw layer, and the JavaScript functions by function index.
 */
export function resolveImports(descriptors, imports, kept) {
  const entries = [];
  const functions = [];
  for (const descriptor of descriptors) {
    const given = imports?.[descriptor.module]?.[descriptor.name];
    entries.push(entry(descriptor, given, kept));
    if (descriptor.kind === "func") functions.push({ descriptor, call: given });
  }
  return { entries, functions };
}
