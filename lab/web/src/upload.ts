// Your own data on a page that takes them: dropped, or chosen.
import { signal, useSignal } from "@preact/signals";
import { html } from "./html";
import { busy, change, engine, readOnly, state, view } from "./store";
import { text } from "./text";
import type { DataInfo, Page } from "./wire";

/** What was uploaded from this page, by the name that states hold. */
export const uploaded = signal<Record<string, DataInfo>>({});
const trouble = signal("");
const reading = signal(false);

export async function bring(files: File[], label: string): Promise<void> {
  if (files.length === 0) return;
  trouble.value = "";
  reading.value = true;
  try {
    const info = await engine().upload(files, label, AbortSignal.timeout(120_000));
    uploaded.value = { ...uploaded.value, [info.name]: info };
    change({ data: info.name });
  } catch (e) {
    trouble.value = e instanceof Error ? e.message : String(e);
  }
  reading.value = false;
}

export function Upload({ page }: { page: Page }) {
  const over = useSignal(false);
  const label = useSignal("");
  if (!page.data) return null;
  const name = state.value.data ?? "";
  const info = uploaded.value[name];
  // A page that cannot take the data shows its example, and leaves their name out of its state.
  const used = !view.value || busy.value || view.value.state.data === name;
  const drop = (e: DragEvent) => {
    e.preventDefault();
    over.value = false;
    void bring([...(e.dataTransfer?.files ?? [])], label.value.trim());
  };
  return html`<section class="upload" aria-labelledby="head-upload">
    <h2 id="head-upload">${text.data.title}</h2>
    ${readOnly.value ? html`<p>${text.data.readOnly}</p>` : !engine().uploads ? html`<p>${text.data.static}</p>` : html`
    <div class=${`drop${over.value ? " over" : ""}`} onDragOver=${(e: DragEvent) => { e.preventDefault(); over.value = true; }}
        onDragLeave=${() => { over.value = false; }} onDrop=${drop}>
      <label class="button" for="file">${text.data.choose}</label>
      <input type="file" id="file" multiple accept=".npy,.npz,.csv,.mtx,.svm,.libsvm,.txt,.gz" onChange=${(e: Event) => {
        const input = e.currentTarget as HTMLInputElement;
        void bring([...(input.files ?? [])], label.value.trim()).then(() => { input.value = ""; });
      }} />
      <p>${text.data.drop}</p>
      <label class="check">${text.data.label} <input type="text" class="field short" id="label" autocomplete="off" spellcheck=${false} value=${label.value}
        onInput=${(e: Event) => { label.value = (e.currentTarget as HTMLInputElement).value; }} /></label>
      <p class="help">${text.data.kinds} ${text.data.private}</p>
    </div>`}
    <div role="status">
      ${reading.value && html`<p>${text.data.uploading} …</p>`}
      ${info && html`<p class="in-use">${(used ? text.data.inUse : text.data.loaded)(info.name, info.rows, info.cols)}</p>`}
    </div>
    ${trouble.value && html`<p class="wrong" role="alert">${text.data.failed} ${trouble.value}</p>`}
    ${name && html`<button type="button" onClick=${() => change({ data: "" })}>${text.data.forget}</button>`}
    ${info?.inspect !== undefined && html`<details class="inspected"><summary>${text.data.inspected}</summary><${Inspected} of=${info.inspect} /></details>`}
  </section>`;
}

/** Whatever the inspector found, as names and values. */
export function Inspected({ of }: { of: unknown }) {
  return html`<dl class="plain">${flat(of).map(([k, v]) => html`<div><dt>${k}</dt><dd>${v}</dd></div>`)}</dl>`;
}

function flat(v: unknown, prefix = ""): [string, string][] {
  if (v === null || v === undefined) return [];
  if (Array.isArray(v)) {
    if (v.every((x) => typeof x !== "object")) return [[prefix, v.slice(0, 12).join(", ") + (v.length > 12 ? ", …" : "")]];
    return v.slice(0, 12).flatMap((x, k) => flat(x, `${prefix} ${k + 1}`));
  }
  if (typeof v === "object") {
    return Object.entries(v).flatMap(([k, x]) => flat(x, prefix ? `${prefix} · ${k.replace(/_/g, " ")}` : k.replace(/_/g, " ")));
  }
  return [[prefix, String(v)]];
}
