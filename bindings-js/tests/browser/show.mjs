// Values in words, for failed assertions.

/** So long is a text, and so many are the elements, before the rest is left out. */
const LONGEST = 2000;
const MOST = 40;

export const show = (value) => cut(inspect(value, []));

const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

function inspect(value, outer) {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[function ${value.name || "without a name"}]`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value !== "object" || value === null) return String(value);
  if (outer.includes(value)) return "[circular]";
  const deeper = [...outer, value];
  if (value instanceof Error) return `[${value.name}: ${value.message}]`;
  if (value instanceof Date || value instanceof RegExp) return String(value);
  if (value instanceof Map) return `Map { ${list([...value], ([key, one]) => `${inspect(key, deeper)} => ${inspect(one, deeper)}`)} }`;
  if (value instanceof Set) return `Set { ${list([...value], (one) => inspect(one, deeper))} }`;
  if (Array.isArray(value)) return `[${list(value, (one) => inspect(one, deeper))}]`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return `${nameOf(value)} [${list([...value.slice(0, MOST + 1)], String)}]`;
  const fields = list(Reflect.ownKeys(value), (key) => `${String(key)}: ${inspect(value[key], deeper)}`);
  const name = nameOf(value);
  return `${name === "Object" ? "" : `${name} `}{ ${fields} }`;
}

function list(values, one) {
  const parts = values.slice(0, MOST).map(one);
  if (values.length > MOST) parts.push("…");
  return parts.join(", ");
}

const nameOf = (value) => Object.getPrototypeOf(value)?.constructor?.name ?? "object without prototype";
