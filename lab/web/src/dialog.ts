// A dialog: the native element, which keeps the focus inside and closes on Escape.
import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { html } from "./html";
import { text } from "./text";

export function Dialog({ open, title, children }: { open: Signal<boolean>; title: string; children: ComponentChildren }) {
  const element = useRef<HTMLDialogElement>(null);
  const shown = open.value;
  useEffect(() => {
    if (shown) element.current?.showModal();
    else element.current?.close();
  }, [shown]);
  return html`<dialog ref=${element} aria-label=${title} onClose=${() => { open.value = false; }}
      onClick=${(e: MouseEvent) => { if (e.target === element.current) open.value = false; }}>
    ${shown && html`<div class="dialog-body"><header><h2>${title}</h2>
      <button type="button" class="quiet" onClick=${() => { open.value = false; }}>${text.close}</button></header>${children}</div>`}
  </dialog>`;
}
