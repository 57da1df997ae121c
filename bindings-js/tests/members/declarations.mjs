// Reads the package's declarations: every class with its members, every type with its fields, as plain data.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const PACKAGE = new URL("../../pkg/", import.meta.url);
// The page's packages bring a parser of TypeScript; the package itself has no dependency.
const page = createRequire(new URL("../../../playground/package.json", import.meta.url));
const { parseAst } = await import(pathToFileURL(page.resolve("vite")));

const KEYWORDS = {
  TSStringKeyword: "string",
  TSNumberKeyword: "number",
  TSBigIntKeyword: "bigint",
  TSBooleanKeyword: "boolean",
  TSNullKeyword: "null",
  TSUndefinedKeyword: "undefined",
  TSVoidKeyword: "undefined",
  TSSymbolKeyword: "symbol",
  TSObjectKeyword: "object",
  TSNeverKeyword: "never",
};

/**
 * What is declared, by name: `{ kind: "class" | "interface" | "type" | "function", … }`.
 * Each field and member has an `id`, by which it is called when it lacks something, and says whether it is described.
 */
export function readDeclarations() {
  const found = {};
  for (const file of declarationFiles("index.d.ts")) {
    const text = readFileSync(new URL(file, PACKAGE), "utf8");
    for (const statement of parseAst(text, { lang: "dts" }).body) {
      const exported = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
      const declared = exported && readStatement(exported, { text, start: statement.start });
      if (declared) merge(found, declared);
    }
  }
  for (const declared of Object.values(found)) {
    for (const member of declared.members ?? []) {
      if (member.overloads) member.overloads = member.overloads.flatMap((signature) => spelledOut(signature, found));
    }
  }
  return found;
}

/** A signature whose first type parameter is the name of a field of some type: one signature for each field. */
function spelledOut(signature, declared) {
  const { keyOf: name, ...rest } = signature;
  if (!declared[name]) return [rest];
  return declared[name].members.map((field) => {
    const put = (type) => {
      if (type.kind === "parameter") return { kind: "literal", value: field.key, id: field.id };
      if (type.kind === "indexed") return field.type;
      return type.params ? { ...type, params: type.params.map((param) => ({ ...param, type: put(param.type) })) } : type;
    };
    return put(rest);
  });
}

/** The file and those that it takes types from. */
function declarationFiles(first) {
  const files = [first];
  for (const file of files) {
    const text = readFileSync(new URL(file, PACKAGE), "utf8");
    for (const [, name] of text.matchAll(/(?:from|import\() ?"\.\/([\w-]+)\.js"/g)) {
      if (!files.includes(`${name}.d.ts`)) files.push(`${name}.d.ts`);
    }
  }
  return files;
}

/** A further overload of a function joins the ones before. */
function merge(found, declared) {
  const before = found[declared.name];
  if (before?.kind === "function" && declared.kind === "function") before.overloads.push(...declared.overloads);
  else found[declared.name] = declared;
}

function readStatement(node, { text, start }) {
  const name = node.id?.name;
  const described = isDescribed(text, start);
  switch (node.type) {
    case "ClassDeclaration":
      return { kind: "class", name, described, base: node.superClass?.name ?? null, members: readMembers(node.body.body, name, text), extends: [] };
    case "TSInterfaceDeclaration":
      return {
        kind: "interface",
        name,
        described,
        base: null,
        members: readMembers(node.body.body, name, text),
        extends: node.extends.map((parent) => reference(parent.expression.name, parent.typeArguments, name, text)),
      };
    case "TSTypeAliasDeclaration":
      return { kind: "type", name, described, type: readType(node.typeAnnotation, name, text) };
    case "VariableDeclaration": {
      const { id } = node.declarations[0];
      return { kind: "value", name: id.name, id: id.name, described, type: readType(id.typeAnnotation?.typeAnnotation, id.name, text) };
    }
    case "TSDeclareFunction":
    case "FunctionDeclaration":
      return { kind: "function", name, id: name, described, overloads: [readSignature(node, name, text)] };
    default:
      return null;
  }
}

/** Whether a comment of documentation ends right before. */
const isDescribed = (text, start) => text.slice(0, start).trimEnd().endsWith("*/");

/** Members of a class or an interface; overloads are one member. */
function readMembers(nodes, owner, text) {
  const members = new Map();
  for (const node of nodes) {
    const member = readMember(node, owner, text);
    if (member === null) continue;
    const key = `${member.static} ${member.key}`;
    const before = members.get(key);
    if (before?.overloads && member.overloads) {
      before.overloads.push(...member.overloads);
      before.described &&= member.described;
    } else members.set(key, member);
  }
  return [...members.values()];
}

function readMember(node, owner, text) {
  if (node.accessibility === "private" || node.type === "TSIndexSignature") return null;
  const described = isDescribed(text, node.start);
  const isMethod = node.type === "TSMethodSignature" || node.type === "TSAbstractMethodDefinition" || node.type === "MethodDefinition";
  const key = keyOf(node);
  const id = key.startsWith("[") ? `${owner}${key}` : `${owner}.${key}`;
  const common = { key, id: node.static ? `static ${id}` : id, static: Boolean(node.static), optional: Boolean(node.optional), described };
  if (!isMethod && node.type === "PropertyDefinition" && !node.readonly) common.writable = true;
  if (!isMethod) return { ...common, type: readType(node.typeAnnotation?.typeAnnotation, id, text) };
  const signature = node.type === "TSMethodSignature" ? node : node.value;
  if (node.kind === "constructor") {
    return { ...common, key: "constructor", id: `new ${owner}`, overloads: [readSignature(signature, `new ${owner}`, text)] };
  }
  if (node.kind === "get" || node.kind === "set") {
    return { ...common, type: readType((signature.returnType ?? signature.params[0]?.typeAnnotation)?.typeAnnotation, id, text) };
  }
  return { ...common, overloads: [readSignature(signature, id, text)] };
}

/** A member's name; one that is a well-known symbol as `[Symbol.iterator]`. */
function keyOf({ key, computed }) {
  if (!computed) return key.name ?? String(key.value);
  return key.type === "MemberExpression" ? `[Symbol.${key.property.name}]` : `[${key.value ?? key.name}]`;
}

function readSignature(node, owner, text) {
  const params = (node.params ?? node.parameters).map((parameter) => {
    const rest = parameter.type === "RestElement";
    const name = rest ? parameter.argument.name : parameter.name;
    return { name, rest, type: readType(parameter.typeAnnotation?.typeAnnotation, `${owner}(${name})`, text) };
  });
  const receiver = params[0]?.name === "this";
  return {
    params: receiver ? params.slice(1) : params,
    returns: readType(node.returnType?.typeAnnotation, `${owner}()`, text),
    keyOf: node.typeParameters?.params[0].constraint?.typeAnnotation?.typeName?.name,
  };
}

/** `owner` is what an object without a name of its own is called after. */
function readType(node, owner, text) {
  if (node === undefined || node === null) return { kind: "any" };
  const inner = (type, at = owner) => readType(type, at, text);
  if (KEYWORDS[node.type]) return { kind: "keyword", name: KEYWORDS[node.type] };
  switch (node.type) {
    case "TSParenthesizedType":
      return inner(node.typeAnnotation);
    case "TSTypeOperator":
      return node.operator === "readonly" ? inner(node.typeAnnotation) : { kind: "any" };
    case "TSLiteralType":
      return literal(node.literal, owner);
    case "TSUnionType":
      return { kind: "union", types: node.types.map((type) => inner(type, `${owner}${variant(type)}`)) };
    case "TSIntersectionType":
      return { kind: "intersection", types: node.types.map((type) => inner(type)) };
    case "TSArrayType":
      return { kind: "array", of: inner(node.elementType, `${owner}[]`) };
    case "TSTupleType":
      return { kind: "array", of: { kind: "union", types: node.elementTypes.map((type) => inner(type, `${owner}[]`)) } };
    case "TSIndexedAccessType":
      return { kind: "indexed" };
    case "TSTypeLiteral":
      if (node.members[0]?.type === "TSIndexSignature") return { kind: "map", of: inner(node.members[0].typeAnnotation.typeAnnotation, `${owner}[]`) };
      return { kind: "object", fields: readMembers(node.members, owner, text) };
    case "TSFunctionType":
      return { kind: "function", ...readSignature(node, owner, text) };
    case "TSTypeReference":
      // By custom a type parameter that is the name of something is called so.
      if (node.typeName.name === "Name") return { kind: "parameter" };
      return reference(node.typeName.name, node.typeArguments, owner, text);
    default:
      return { kind: "any" };
  }
}

function reference(name, types, owner, text) {
  return { kind: "ref", name, types: (types?.params ?? []).map((type) => readType(type, owner, text)) };
}

function literal(node, owner) {
  const { value } = node;
  if (value === null) return { kind: "keyword", name: "null" };
  return typeof value === "string" ? { kind: "literal", value, id: `${owner}: "${value}"` } : { kind: "literal", value };
}

/** What tells one variant of a union from the others: the words that its first field with words may hold. */
function variant(node) {
  const parts = node.type === "TSTypeLiteral" ? node.members : [];
  for (const { key, typeAnnotation } of parts) {
    const type = typeAnnotation?.typeAnnotation;
    const words = (type?.type === "TSUnionType" ? type.types : [type]).map((one) => one?.literal?.value);
    if (words.every((word) => typeof word === "string")) return `{${key.name}: ${words.join(" | ")}}`;
  }
  return "";
}
