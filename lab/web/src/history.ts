// Undo and redo over pages and their states.
import { signal } from "@preact/signals";
import type { State } from "./wire";

export interface Snapshot { page: string; state: State }

const most = 200;

export class History {
  readonly canUndo = signal(false);
  readonly canRedo = signal(false);
  private past: Snapshot[] = [];
  private future: Snapshot[] = [];

  /** Adds what is shown now, unless it is what was shown before. */
  record(s: Snapshot): void {
    const last = this.past.at(-1);
    if (last && last.page === s.page && same(last.state, s.state)) return;
    this.past.push({ page: s.page, state: { ...s.state } });
    if (this.past.length > most) this.past.shift();
    this.future = [];
    this.tell();
  }

  undo(): Snapshot | null {
    if (this.past.length < 2) return null;
    this.future.push(this.past.pop()!);
    this.tell();
    return this.past.at(-1)!;
  }

  redo(): Snapshot | null {
    const s = this.future.pop();
    if (!s) return null;
    this.past.push(s);
    this.tell();
    return s;
  }

  private tell(): void {
    this.canUndo.value = this.past.length > 1;
    this.canRedo.value = this.future.length > 0;
  }
}

function same(a: State, b: State): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => a[k] === b[k]);
}
