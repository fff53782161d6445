// What the page knows, as signals, and the ways in which it changes. The texts of
// the controls (state) are the master; a view is what the engine made of them.
import { batch, computed, signal } from "@preact/signals";
import type { Transport } from "./api";
import { formatLink, parseLink, type Link, type Presentation } from "./link";
import { History } from "./history";
import { Scheduler } from "./schedule";
import { text } from "./text";
import type { Control, Page, State, View } from "./wire";

export const pages = signal<Page[]>([]);
export const current = signal<Page | null>(null);
export const state = signal<State>({});
export const present = signal<Presentation>({ hide: [], embed: false });
export const view = signal<View | null>(null);
/** What of the link could not be used. */
export const linkNotes = signal<string[]>([]);
export const failure = signal("");
/** null: nothing is under way; NaN: it is not known how far it is. */
export const progress = signal<number | null>(null);
export const cancelled = signal(false);
/** Spoken politely to those who listen instead of looking. */
export const spoken = signal("");
/** Width for which figures are asked, and by how much they are shown larger. */
export const figureWidth = signal(720);
export const readOnly = signal(false);
export const busy = signal(false);

export interface Ghost { page: string; view: View }
export const ghost = signal<Ghost | null>(null);

export const link = computed(() => (current.value ? formatLink(current.value, state.value) : ""));

let transport: Transport;
let scheduler: Scheduler;
const history = new History();
export const canUndo = history.canUndo;
export const canRedo = history.canRedo;

export function connect(t: Transport, unreachable: () => void): void {
  transport = t;
  scheduler = new Scheduler(t, {
    view(v, page) {
      if (current.value?.id !== page) return;
      batch(() => { view.value = v; failure.value = ""; });
      speakSoon();
    },
    progress(done) { batch(() => { progress.value = done; cancelled.value = false; }); },
    busy(b) { busy.value = b; },
    failed(message, gone) {
      if (gone) unreachable();
      else failure.value = message;
    },
  });
}

export function engine(): Transport { return transport; }

/** The text of a control: as given, else as the page understood it, else its default. */
export function value(c: Control): string {
  return state.value[c.key] ?? c.default;
}

export function hidden(key: string): boolean {
  const h = present.value.hide;
  return h.includes(key);
}

/** Changes controls. With final = false it is one of many moves of a drag. */
export function change(patch: State, final = true): void {
  state.value = { ...state.value, ...patch };
  refresh();
  clearTimeout(resting);
  if (final) commit();
  else resting = window.setTimeout(commit, rest);
}

const rest = 600; // ms after which a drag that pauses counts as ended, whatever became of its pointer
let resting = 0;

/** Ends a drag: what it did can be undone in one step, and stands in the link. */
export function commit(): void {
  clearTimeout(resting);
  const p = current.value;
  if (!p) return;
  history.record({ page: p.id, state: state.value });
  writeURL(false);
}

export function refresh(): void {
  const p = current.value;
  if (p) scheduler.want(p, state.value, figureWidth.value);
}

export function cancel(): void {
  scheduler.cancel();
  batch(() => { progress.value = null; cancelled.value = true; });
}

export function undo(): void { restore(history.undo()); }
export function redo(): void { restore(history.redo()); }

export function reset(): void {
  state.value = {};
  refresh();
  commit();
}

function restore(s: { page: string; state: State } | null): void {
  const p = s && pages.value.find((q) => q.id === s.page);
  if (!s || !p) return;
  const moved = p !== current.value;
  batch(() => {
    if (moved) view.value = null;
    current.value = p;
    state.value = s.state;
  });
  writeURL(moved);
  refresh();
}

/** Follows a link of a view; page "" is this one, and its state what changes. */
export function follow(page: string, patch: State): void {
  if (page === "" || page === current.value?.id && page === "lecture") {
    change(patch);
    return;
  }
  open(page, patch);
}

export function open(id: string, s: State = {}): void {
  const p = pages.value.find((q) => q.id === id);
  if (!p) return;
  show(p, s);
  history.record({ page: p.id, state: s });
  writeURL(true);
}

function show(p: Page, s: State): void {
  scheduler.drop();
  batch(() => {
    if (p !== current.value) { view.value = null; ghost.value = null; }
    current.value = p;
    state.value = s;
    linkNotes.value = [];
    failure.value = "";
    progress.value = null;
    cancelled.value = false;
  });
  refresh();
}

/** Restores what a link holds; what it does not hold is as it was made. */
export function load(raw: string): void {
  const l: Link = parseLink(raw);
  const p = pages.value.find((q) => q.id === l.page) ?? (l.page === "" && current.value ? current.value : pages.value[0]);
  if (!p) return;
  if (l.page !== "" && p.id !== l.page) {
    l.notes.push(text.noPage(l.page.slice(0, 40)));
    l.state = {};
  }
  show(p, l.state);
  batch(() => { present.value = l.present; linkNotes.value = l.notes; });
  history.record({ page: p.id, state: l.state });
}

/** Begins with the view that came with the page, so that nothing has to be asked. */
export function begin(p: Page, s: State, v: View | null, notes: string[]): void {
  batch(() => { current.value = p; state.value = s; view.value = v; linkNotes.value = notes; });
  if (v) history.record({ page: p.id, state: s });
}

function writeURL(push: boolean): void {
  const p = current.value;
  if (!p) return;
  const hash = "#" + formatLink(p, state.value, present.value);
  if (hash === location.hash) return;
  const url = location.pathname + location.search + hash;
  if (push) window.history.pushState(null, "", url);
  else window.history.replaceState(null, "", url);
}

let speaking = 0;
/** Says the summary once it has stopped changing. */
function speakSoon(): void {
  clearTimeout(speaking);
  speaking = window.setTimeout(() => { spoken.value = view.value?.summary ?? ""; }, 700);
}
