// Whether the lab answers, and whether it is still the one that served this page.
import { signal } from "@preact/signals";
import { engine, refresh } from "./store";
import { text } from "./text";

export type Connection = "fine" | "lost" | "back" | "restarted";
export const connection = signal<Connection>("fine");

const calm = 5000; // ms between two questions while the lab answers
const eager = 1000; // and while it does not

let instance = "";
let timer = 0;

export function watch(first: string): void {
  instance = first;
  document.addEventListener("visibilitychange", () => { if (!document.hidden) void ask(); });
  timer = window.setTimeout(ask, calm);
}

/** Called when a request found nobody. */
export function suspect(): void {
  connection.value = "lost";
  clearTimeout(timer);
  timer = window.setTimeout(ask, eager);
}

async function ask(): Promise<void> {
  clearTimeout(timer);
  const was = connection.value;
  try {
    const h = await engine().health(AbortSignal.timeout(4000));
    if (h.instance && instance && h.instance !== instance) connection.value = "restarted";
    else if (was === "lost") connection.value = "back";
    instance = h.instance || instance;
    if (was === "lost") refresh();
  } catch {
    connection.value = "lost";
  }
  if (connection.value === "back") window.setTimeout(() => { if (connection.value === "back") connection.value = "fine"; }, 4000);
  timer = window.setTimeout(ask, connection.value === "lost" || document.hidden ? (document.hidden ? 4 * calm : eager) : calm);
}

export function connectionText(): string {
  const c = connection.value;
  return c === "fine" ? "" : text.connection[c];
}

export function dismiss(): void { connection.value = "fine"; }
