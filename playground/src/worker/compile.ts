/** From a source to a module, and what the page is told of it. */
import { Module } from "flight-wasm";
import type { Program, Source } from "../protocol.ts";
import { placesInPrint, placesInText } from "./places.ts";

export interface Compiled {
  readonly module: Module;
  readonly program: Program;
}

/** Throws if the source is no valid module. */
export async function compile(source: Source): Promise<Compiled> {
  const module = source.kind === "text" ? await Module.fromWat(source.text) : await Module.fromBytes(source.bytes);
  const print = source.kind === "bytes" ? module.toWat() : null;
  const program: Program = {
    name: module.name,
    size: module.bytes.length,
    exports: module.exports,
    imports: module.imports,
    functions: module.functions,
    hasStart: module.hasStart,
    printed: print?.text ?? null,
    places: print ? placesInPrint(module, print.offsets) : placesInText(module),
  };
  return { module, program };
}
