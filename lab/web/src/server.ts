// The transport to a server: HTTP, and server-sent events for what takes longer.
import { Refusal, Unreachable, type Solved, type StreamEvents, type Transport } from "./api";
import type { DataInfo, Health, Page, State, View } from "./wire";

const root = "api/v1/";

export class Server implements Transport {
  constructor(readonly uploads: boolean) {}

  async pages(): Promise<Page[]> {
    return (await ask<{ pages: Page[] }>("pages")).pages;
  }

  view(page: string, state: State, width: number, signal: AbortSignal): Promise<View> {
    return post<View>(`pages/${encodeURIComponent(page)}/view`, { state, width }, signal);
  }

  stream(page: string, link: string, _state: State, width: number, on: StreamEvents): () => void {
    const source = new EventSource(
      `${root}pages/${encodeURIComponent(page)}/stream?state=${encodeURIComponent(link)}&width=${width}`);
    const read = <T>(e: Event): T => JSON.parse((e as MessageEvent<string>).data) as T;
    source.addEventListener("progress", (e) => on.progress(read<{ done: number }>(e).done));
    source.addEventListener("view", (e) => on.view(read<View>(e)));
    source.addEventListener("end", () => { source.close(); on.end(); });
    source.addEventListener("error", (e) => {
      // With data it is the server's word; without, the connection broke, and the
      // browser must not begin the work anew by itself.
      source.close();
      on.error(e instanceof MessageEvent && e.data ? read<{ message: string }>(e).message : "");
    });
    return () => source.close();
  }

  exportURL(page: string, file: string, link: string): string {
    return `${root}pages/${encodeURIComponent(page)}/${file}?state=${encodeURIComponent(link)}`;
  }

  health(signal: AbortSignal): Promise<Health> { return ask<Health>("health", { signal }); }

  upload(files: File[], label: string, signal: AbortSignal): Promise<DataInfo> {
    const body = new FormData();
    if (label) body.append("label", label);
    for (const f of files) body.append("file", f, f.name);
    return ask<DataInfo>("data", { method: "POST", body, signal });
  }

  async solve(command: string, data: string, flags: Record<string, unknown>, signal: AbortSignal): Promise<Solved> {
    const r = await post<Record<string, unknown>>("solve", { command, data, flags }, signal);
    return { id: String(r.id ?? ""), result: r };
  }

  verify(result: unknown, data: string, signal: AbortSignal): Promise<Record<string, unknown>> {
    return post<Record<string, unknown>>("verify", { result, data }, signal);
  }

  filesURL(id: string): string { return `${root}solve/${encodeURIComponent(id)}/files.zip`; }
}

function post<T>(path: string, body: unknown, signal: AbortSignal): Promise<T> {
  return ask<T>(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" }, signal });
}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(root + path, { credentials: "same-origin", ...init });
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    throw new Unreachable(String(e));
  }
  const body: unknown = await answer.json().catch(() => null);
  if (!answer.ok) {
    const error = (body as { error?: { code?: string; message?: string } } | null)?.error;
    throw new Refusal(error?.message ?? `${answer.status} ${answer.statusText}`, error?.code ?? String(answer.status));
  }
  return body as T;
}
