// The files around the examples of a page: entries for the page itself and for a worker.

/** The names of the pages of an example; `title` goes before the example's name in the test's. */
export const pagesOf = (index) => [
  { title: "", page: `page-${index}.html`, entry: `main-${index}.js` },
  { title: "a worker, ", page: `worker-page-${index}.html`, entry: `start-worker-${index}.js` },
];

/** A page that tells the server what a module of it prints. `head` is what else it has. */
export const page = (address, entry, head = "") => `<!doctype html>
<meta charset="utf-8">
<title>Example</title>
<script src="${address}/capture.js"></script>
${head}
<script type="module" src="./${entry}"></script>
`;

/**
 * The modules of an example, number `index`: `main-0.js` runs it, `start-worker-0.js` has a worker run it.
 * `inWorker` rewrites the worker's example.
 */
export async function modules(server, example, index, inWorker = (code) => code) {
  return {
    "capture.js": await server.captureScript(),
    [`example-${index}.js`]: example.code,
    [`main-${index}.js`]: `import "./example-${index}.js";\nfinished();\n`,
    [`example-in-worker-${index}.js`]: inWorker(example.code),
    [`in-worker-${index}.js`]: `import "./capture.js";\nimport "./example-in-worker-${index}.js";\nfinished();\n`,
    [`start-worker-${index}.js`]: `const worker = new Worker(new URL("./in-worker-${index}.js", import.meta.url), { type: "module" });
worker.onerror = (event) => failed(event.message ?? "the worker cannot be loaded");
`,
  };
}
