// What a module's imports are given, for the raw layer and for answering host calls.
import { hostTag } from "./raw/flight.js";
import { UsageError } from "./errors.js";
import { JSTag } from "./exceptions.js";
import { placeOf } from "./places.js";
import { toRaw } from "./values.js";

const given = (imports, { module, name }) => imports?.[module]?.[name];

/** The entry that the raw layer wants for one import; `undefined` if nothing is given. */
function entry(descriptor, value, machine) {
  if (value === undefined) return undefined;
  const at = placeOf(value);
  if (at?.machine === machine) return { kind: at.kind, address: at.address };
  if (value === JSTag) return { kind: "tag", address: hostTag() };
  if (typeof value === "function") return { kind: "func" };
  if (value?.kind === "tag") return { kind: "tag" };
  if (value?.kind === "memory" || value?.kind === "table") {
    return { kind: value.kind, minimum: value.minimum, maximum: value.maximum };
  }
  if (descriptor.kind !== "global") return { kind: "global" };
  const where = `the global "${descriptor.module}" "${descriptor.name}"`;
  const zero = descriptor.content === "i64" ? 0n : descriptor.content.endsWith("ref") ? null : 0;
  // Bare, or in an object that names its kind.
  const bare = value?.kind === "global" ? (value.value === undefined ? zero : value.value) : value;
  return { kind: "global", value: toRaw(descriptor.content, bare, where, machine.kept) };
}

/**
 * Looks up every import: the list for the raw layer, and the JavaScript functions among them with their indices.
 */
export function resolveImports(descriptors, imports, machine) {
  const entries = [];
  const functions = [];
  let index = 0;
  for (const descriptor of descriptors) {
    const value = given(imports, descriptor);
    const resolved = entry(descriptor, value, machine);
    entries.push(resolved);
    if (descriptor.kind !== "func") continue;
    if (typeof value === "function" && resolved.address === undefined) functions.push({ index, descriptor, call: value });
    index += 1;
  }
  return { entries, functions };
}

/**
 * The machine that a module is to be instantiated in: the one that its imports are in, if they are in one.
 * A function of another machine can be called as any JavaScript function; everything else can't be shared.
 */
export function machineOf(descriptors, imports, wanted) {
  const places = [];
  for (const descriptor of descriptors) {
    const at = placeOf(given(imports, descriptor));
    if (at !== undefined) places.push({ descriptor, at });
  }
  const shared = places.filter(({ at }) => at.kind !== "func");
  const machine = wanted ?? (shared[0] ?? places[0])?.at.machine;
  const stranger = shared.find(({ at }) => at.machine !== machine);
  if (stranger !== undefined) {
    const { module, name, kind } = stranger.descriptor;
    throw new UsageError(`the ${kind} "${module}" "${name}" is of an instance in another store: instances that share it are made with the option store`);
  }
  return machine;
}
