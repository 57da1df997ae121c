// node --import in-node.mjs: the tests get the package with a record of what they use.
import { register } from "node:module";
import { readDeclarations } from "./declarations.mjs";
import { recordedSource } from "./recorded.mjs";

const index = new URL("../../pkg/index.js", import.meta.url).href;
const members = new URL("./", import.meta.url).href;
const data = { index, members, source: recordedSource(readDeclarations(), { index, members }) };
register("./hooks.mjs", { parentURL: import.meta.url, data });
