/** From a source to a module, and what the page is told of it. */
import { Interpreter, Module } from "flight-wasm";
import type { Program, Source } from "../protocol.ts";
import { placesInPrint, placesInText } from "./places.ts";

export interface Compiled {
  readonly module: Module;
  /** The machine with the recorded run, where the source is one. */
  readonly recorded: Interpreter | null;
  readonly program: Program;
}

/** Throws if the source is no valid module. */
export async function compile(source: Source): Promise<Compiled> {
  const recorded = source.kind === "recording" ? await Interpreter.fromRecording(source.bytes) : null;
  const module = recorded?.module ?? (await moduleOf(source));
  const print = source.kind === "text" ? null : module.toWat();
  const program: Program = {
    name: module.name,
    size: module.bytes.length,
    exports: module.exports,
    imports: module.imports,
    functions: module.functions,
    hasStart: module.hasStart,
    recorded: recorded !== null,
    printed: print?.text ?? null,
    places: print ? placesInPrint(module, print.offsets) : placesInText(module),
  };
  return { module, recorded, program };
}

async function moduleOf(source: Source): Promise<Module> {
  return source.kind === "text" ? Module.fromWat(source.text) : Module.fromBytes(source.bytes);
}
