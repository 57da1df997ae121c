// Loaded before an example in a page or a worker: tells the test server what is printed and what goes wrong.
// REPORT is put in front: where to tell it. It is a script as well as a module, and so has no exports.
{
  const printed = [];

  // One after the other, so that nothing comes late and is taken for the next example's.
  let told = Promise.resolve();
  const tell = (more) => {
    const body = JSON.stringify({ printed, ...more });
    told = told.then(() => fetch(REPORT, { method: "POST", mode: "no-cors", keepalive: true, body })).catch(() => {});
  };

  // As Node writes it, for what an example may print.
  const written = (value, inside = false) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "string" && inside) return `'${value}'`;
    if (Array.isArray(value) || ArrayBuffer.isView(value)) {
      const name = Array.isArray(value) ? "" : `${value.constructor.name}(${value.length}) `;
      return value.length === 0 ? `${name}[]` : `${name}[ ${Array.from(value, (item) => written(item, true)).join(", ")} ]`;
    }
    if (typeof value !== "object" || value === null || value instanceof Error) return String(value);
    const fields = Object.entries(value).map(([name, field]) => `${name}: ${written(field, true)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  };

  console.log = (...values) => {
    printed.push(values.map((value) => written(value)).join(" "));
    tell({});
  };

  globalThis.finished = () => tell({ ended: true });
  globalThis.failed = (problem) => tell({ problem: String(problem) });

  // In the capturing phase, since a file that cannot be loaded tells only its own element.
  const fault = (event) => failed(event.message || `cannot load ${event.target?.src ?? event.target?.href ?? "a module"}`);
  addEventListener("error", fault, true);
  addEventListener("unhandledrejection", ({ reason }) => failed(reason?.stack ? `${reason}\n${reason.stack}` : reason));
  addEventListener("securitypolicyviolation", (event) => failed(`${event.violatedDirective} forbids ${event.blockedURI}`));
}
