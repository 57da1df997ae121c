// Everything that the declarations name, by what the record calls it.
import { iteration } from "./shapes.mjs";

/** Each name once, with whether a comment describes it. What takes and gives nothing of its own is left out. */
export function documented(declared) {
  const found = new Map();
  const put = ({ id, described }) => found.set(id, described && (found.get(id) ?? true));
  for (const one of Object.values(declared)) {
    if (one.kind === "function") putCallable(one, put);
    if (one.kind === "type" || one.kind === "value") putType(one.type, put);
    for (const member of one.members ?? []) putMember(member, put);
    const items = one.extends?.find((parent) => parent.name === "Iterable");
    if (items) put(iteration(one.name, items.types[0]));
    if (one.kind === "class" && isThrown(one, declared)) put({ id: `new ${one.name}`, described: one.described });
  }
  return found;
}

/** Errors are not made by those who use the package, but have to be thrown at them. */
const isThrown = ({ base }, declared) => base === "Error" || (base !== null && declared[base] !== undefined);

function putMember(member, put) {
  if (member.overloads) putCallable(member, put);
  else {
    put(member);
    if (member.writable) put({ ...member, id: `set ${member.id}` });
    putType(member.type, put);
  }
}

function putCallable(member, put) {
  put(member);
  for (const { params, returns } of member.overloads) {
    for (const param of params) putType(param.type, put);
    putType(returns, put);
  }
}

function putType(type, put) {
  if (type.kind === "literal" && type.id) put({ id: type.id, described: true });
  for (const field of type.fields ?? []) putMember(field, put);
  for (const inner of type.types ?? []) putType(inner, put);
  if (type.of) putType(type.of, put);
  // What a listener hears counts; what it gives back is its own affair.
  for (const param of type.params ?? []) putType(param.type, put);
}
