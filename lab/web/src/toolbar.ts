// What can be done with the page as a whole: back and forth, a ghost, sharing.
import { Dialog } from "./dialog";
import { html } from "./html";
import { CopyButton } from "./copy";
import { formatLink } from "./link";
import { canRedo, canUndo, current, ghost, present, redo, reset, state, undo, view } from "./store";
import { text } from "./text";
import { useSignal } from "@preact/signals";

export function Toolbar() {
  const sharing = useSignal(false);
  const pinned = ghost.value !== null && ghost.value.page === current.value?.id;
  const pin = () => {
    ghost.value = pinned || !view.value ? null : { page: current.value!.id, view: view.value };
  };
  return html`<div class="toolbar" role="toolbar" aria-label=${text.picture}>
    <button type="button" onClick=${undo} disabled=${!canUndo.value}>${text.undo}</button>
    <button type="button" onClick=${redo} disabled=${!canRedo.value}>${text.redo}</button>
    <button type="button" onClick=${reset} disabled=${Object.keys(state.value).length === 0}>${text.reset}</button>
    <button type="button" onClick=${pin} aria-pressed=${pinned} title=${text.pinned}>${pinned ? text.unpin : text.pin}</button>
    <span class="spring"></span>
    <button type="button" class="primary" onClick=${() => { sharing.value = true; }}>${text.share}</button>
    <${Dialog} open=${sharing} title=${text.share}><${ShareForm} /></${Dialog}>
  </div>`;
}

/** The link as it is, or with parts of the page left out. */
function ShareForm() {
  const hide = useSignal<string[]>([]);
  const embed = useSignal(false);
  const page = current.value!;
  const url = () => location.href.replace(/#.*$/, "").replace(/\?.*$/, "") + "#" + formatLink(page, state.value, { hide: [...present.value.hide, ...hide.value], embed: embed.value });
  const box = (key: string, label: string) => html`<label class="check"><input type="checkbox" checked=${hide.value.includes(key)}
    onChange=${() => { hide.value = hide.value.includes(key) ? hide.value.filter((k) => k !== key) : [...hide.value, key]; }} />${label}</label>`;
  return html`<p>${text.shareHelp}</p>
    <div class="copyline"><input type="text" readonly class="field wide" aria-label=${text.shareLink} value=${url()} onFocus=${(e: Event) => (e.currentTarget as HTMLInputElement).select()} />
      <${CopyButton} what=${url} of=${text.shareLink} /></div>
    <fieldset><legend>${text.shareHide}</legend>
      ${box("controls", text.hideControls)}${box("checks", text.hideChecks)}${box("text", text.hideText)}
      ${page.controls.map((c) => box(c.key, c.label))}
    </fieldset>
    <label class="check"><input type="checkbox" checked=${embed.value} onChange=${() => { embed.value = !embed.value; }} />${text.shareEmbed}</label>`;
}
