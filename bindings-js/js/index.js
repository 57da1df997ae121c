// Flight for JavaScript: the public surface.
export { init } from "./init.js";
export { Module } from "./module.js";
export { Interpreter } from "./interpreter.js";
export { Exception, JSTag } from "./exceptions.js";
export { Global, Tag } from "./exports.js";
export { MemoryView, TableView } from "./memory.js";
export { CompileError, DivergedError, LinkError, Trap, UsageError } from "./errors.js";
