// What the page asks for, and from whom: a server, or the engine in a worker of
// this browser. Both answer in the wire format.
import type { DataInfo, Health, Page, State, View } from "./wire";

export interface StreamEvents {
  progress(done: number): void;
  view(v: View): void;
  end(): void;
  error(message: string): void;
}

export interface Solved { id: string; result: Record<string, unknown> }

export interface Transport {
  pages(): Promise<Page[]>;
  view(page: string, state: State, width: number, signal: AbortSignal): Promise<View>;
  /** Begins a long computation; the function returned cancels it. */
  stream(page: string, link: string, state: State, width: number, on: StreamEvents): () => void;
  /** Where a file of the present state is, or null where there is none. */
  exportURL(page: string, file: string, link: string): string | null;
  health(signal: AbortSignal): Promise<Health>;
  upload(files: File[], label: string, signal: AbortSignal): Promise<DataInfo>;
  solve(command: string, data: string, flags: Record<string, unknown>, signal: AbortSignal): Promise<Solved>;
  verify(result: unknown, data: string, signal: AbortSignal): Promise<Record<string, unknown>>;
  filesURL(id: string): string;
  /** Whether files can be brought. */
  readonly uploads: boolean;
}

/** What the server says is wrong, in its words. */
export class Refusal extends Error {
  constructor(message: string, readonly code: string) { super(message); }
}

/** Nobody answered. */
export class Unreachable extends Error {}
