// Runs the engine of exported sites under node: engine.mjs WASM RUNTIME. It prints
// the list of pages and one view, cancels another, and asks for a page that is none.
import fs from "node:fs";

const [wasm, runtime] = process.argv.slice(2);
await import(runtime);
const go = new Go();
const source = await WebAssembly.instantiate(fs.readFileSync(wasm), go.importObject);
go.run(source.instance);
const pages = JSON.parse(tacit.pages());
const view = JSON.parse(await tacit.view("simplex", "{}", 500, () => {}));
const refused = await tacit.view("none", "{}", 500).then(() => "", (e) => e.message);
const long = pages.pages.find((p) => p.long);
let cancelled = long ? "" : "there is no long page";
if (long) {
  cancelled = await tacit.view(long.id, "{}", 500, () => tacit.cancel()).then(() => "finished", (e) => e.message);
}
console.log(JSON.stringify({ pages: pages.pages.map((p) => p.id), width: view.figures[0].width, svg: view.figures[0].svg, summary: view.summary, refused, cancelled }));
process.exit(0);
