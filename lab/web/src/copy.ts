// A button that copies a text, and says so.
import { useSignal } from "@preact/signals";
import { html } from "./html";
import { spoken } from "./store";
import { text } from "./text";

export function CopyButton({ what, of }: { what: () => string; of: string }) {
  const done = useSignal(false);
  const copy = async () => {
    if (!(await toClipboard(what()))) return;
    done.value = true;
    spoken.value = text.copied;
    setTimeout(() => { done.value = false; }, 1500);
  };
  return html`<button type="button" class="copy" onClick=${copy} aria-label=${`${text.copy}: ${of}`}>${done.value ? text.copied : text.copy}</button>`;
}

/** The clipboard exists on secure origins only; elsewhere a selection is copied. */
async function toClipboard(s: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(s);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = s;
    document.body.append(area);
    area.select();
    const ok = document.execCommand("copy");
    area.remove();
    return ok;
  }
}
