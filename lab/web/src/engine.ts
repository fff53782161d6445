// The transport of an exported site: the same engine, compiled to WebAssembly, in
// a worker of this browser. What runs is ended by ending the worker.
import { Refusal, type Solved, type StreamEvents, type Transport } from "./api";
import type { DataInfo, Health, Page, State, View } from "./wire";

interface Answer { id: number; kind: "result" | "progress" | "partial" | "error"; value: unknown }

interface Waiting {
  result(v: unknown): void;
  error(e: Error): void;
  progress?(done: number): void;
  partial?(v: View): void;
}

export class Engine implements Transport {
  readonly uploads = false;
  private worker = this.begin();
  private next = 1;
  private waiting = new Map<number, Waiting>();

  private begin(): Worker {
    const w = new Worker(new URL("worker.js", import.meta.url));
    w.onmessage = (e: MessageEvent<Answer>) => this.answered(e.data);
    w.onerror = (e) => this.all((p) => p.error(new Refusal(e.message || "the engine stopped", "engine")));
    return w;
  }

  private answered(a: Answer): void {
    const w = this.waiting.get(a.id);
    if (!w) return;
    switch (a.kind) {
      case "progress": w.progress?.(a.value as number); return;
      case "partial": w.partial?.(a.value as View); return;
    }
    this.waiting.delete(a.id);
    if (a.kind === "error") w.error(new Refusal(String(a.value), "engine"));
    else w.result(a.value);
  }

  private all(f: (w: Waiting) => void): void {
    const list = [...this.waiting.values()];
    this.waiting.clear();
    list.forEach(f);
  }

  private ask(call: "pages" | "view", args: unknown, w: Waiting): number {
    const id = this.next++;
    this.waiting.set(id, w);
    this.worker.postMessage({ id, call, args });
    return id;
  }

  private cancel(id: number): void {
    if (!this.waiting.delete(id)) return;
    this.worker.postMessage({ id, call: "cancel" });
  }

  pages(): Promise<Page[]> {
    return new Promise((result, error) => this.ask("pages", null, { result: (v) => result((v as { pages: Page[] }).pages), error }));
  }

  view(page: string, state: State, width: number, signal: AbortSignal): Promise<View> {
    return new Promise((result, error) => {
      const id = this.ask("view", { page, state, width }, { result: (v) => result(v as View), error });
      signal.addEventListener("abort", () => { this.cancel(id); error(new DOMException("aborted", "AbortError")); });
    });
  }

  stream(page: string, _link: string, state: State, width: number, on: StreamEvents): () => void {
    const id = this.ask("view", { page, state, width }, {
      result: (v) => { on.view(v as View); on.end(); },
      error: (e) => on.error(e.message),
      progress: on.progress,
      partial: on.view,
    });
    return () => this.cancel(id);
  }

  exportURL(): null { return null; }
  health(): Promise<Health> { return Promise.resolve({ instance: "" }); }
  upload(): Promise<DataInfo> { return Promise.reject(new Refusal("", "engine")); }
  solve(): Promise<Solved> { return Promise.reject(new Refusal("", "engine")); }
  verify(): Promise<Record<string, unknown>> { return Promise.reject(new Refusal("", "engine")); }
  filesURL(): string { return ""; }
}
