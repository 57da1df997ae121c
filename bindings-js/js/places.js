// Where in a machine the things are that JavaScript holds: what may be given to another instance as an import.

/** For each such thing: its machine, its kind as in a module's exports, and its address there. */
const places = new WeakMap();

/** Notes where a thing is, and returns it. */
export function place(thing, machine, kind, address) {
  places.set(thing, { machine, kind, address });
  return thing;
}

/** Where a thing is; undefined if it is not one of Flight's. */
export function placeOf(thing) {
  const mayBe = typeof thing === "function" || (typeof thing === "object" && thing !== null);
  return mayBe ? places.get(thing) : undefined;
}
