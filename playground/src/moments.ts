/** The order of moments: by time, then by what the embedder had done, then by whether the machine had trapped. */
import type { Moment } from "flight-wasm";

export function compareMoments(a: Moment, b: Moment): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  if (a.actions !== b.actions) return a.actions - b.actions;
  return Number(a.trapped) - Number(b.trapped);
}

export function isBefore(a: Moment, b: Moment): boolean {
  return compareMoments(a, b) < 0;
}
