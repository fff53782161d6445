// The engine of an exported site: Go compiled to WebAssembly, in a worker, so that
// the page stays quick while it computes.

interface Call { id: number; call: "pages" | "view" | "cancel"; args: { page: string; state: unknown; width: number } }

interface Tacit {
  pages(): string;
  view(id: string, state: string, width: number, progress: (done: number, partial: string | null) => void): Promise<string>;
  cancel(): void;
}

interface GoRuntime { importObject: WebAssembly.Imports; run(i: WebAssembly.Instance): Promise<void> }

const scope = globalThis as unknown as {
  onmessage: ((e: MessageEvent<Call>) => void) | null;
  postMessage(m: unknown): void;
  importScripts(...urls: string[]): void;
  Go: new () => GoRuntime;
  tacit: Tacit;
};

const engine: Promise<Tacit> = (async () => {
  scope.importScripts("wasm_exec.js");
  const go = new scope.Go();
  // The engine is stored compressed, so that every host sends it so.
  const file = await fetch("tacit.engine");
  if (!file.ok || !file.body) throw new Error("the engine of this site cannot be loaded (" + file.status + ")");
  const unpacked = new Response(file.body.pipeThrough(new DecompressionStream("gzip")));
  const source = await WebAssembly.instantiate(await unpacked.arrayBuffer(), go.importObject);
  void go.run(source.instance);
  return scope.tacit;
})();

scope.onmessage = async ({ data: { id, call, args } }) => {
  const say = (kind: string, value: unknown) => scope.postMessage({ id, kind, value });
  try {
    const t = await engine;
    if (call === "cancel") t.cancel();
    else if (call === "pages") say("result", JSON.parse(t.pages()));
    else {
      say("result", JSON.parse(await t.view(args.page, JSON.stringify(args.state), args.width, (done, partial) => {
        say("progress", done);
        if (partial) say("partial", JSON.parse(partial));
      })));
    }
  } catch (e) {
    say("error", e instanceof Error ? e.message : String(e));
  }
};

export {};
