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
  const source = await WebAssembly.instantiateStreaming(fetch("tacit.wasm"), go.importObject);
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
