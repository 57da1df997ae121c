// Profiles and coverage, as the raw layer's texts tell of them (`src/profile.rs`).
import { parse } from "./crossing.js";
import { toOptions } from "./given.js";
import { toActions, toTime } from "./moment.js";

/** The moment from which on is asked, as the raw layer takes it: none, a time, or a moment. */
function toRawFrom(options) {
  const { from } = toOptions(options);
  if (from === undefined || from === null) return [undefined, undefined, false];
  if (typeof from === "object") return [toTime(from.time), toActions(from.actions), Boolean(from.trapped)];
  return [toTime(from), undefined, false];
}

/** The numbers of a list. */
const numbers = (text) => (text === "" ? [] : text.split(" "));

/** Offsets from their distances. */
function offsetsOf(text) {
  const offsets = Uint32Array.from(numbers(text), Number);
  for (let at = 1; at < offsets.length; at += 1) offsets[at] += offsets[at - 1];
  return offsets;
}

export function profile(raw, options) {
  const view = parse(raw.profile(...toRawFrom(options)));
  for (const one of view.functions) {
    one.offsets = offsetsOf(one.offsets);
    one.counts = Float64Array.from(numbers(one.counts), Number);
  }
  return view;
}

export function coverage(raw, options) {
  const view = parse(raw.coverage(...toRawFrom(options)));
  for (const one of view) {
    one.offsets = offsetsOf(one.offsets);
    one.missed = offsetsOf(one.missed);
  }
  return view;
}
