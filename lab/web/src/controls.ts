// The controls of a page: a slider where there is a range, and always a field
// that takes any number.
import { html } from "./html";
import { NumberField } from "./numberfield";
import { PointsEditor } from "./pointseditor";
import { Slider } from "./slider";
import { change, hidden, value } from "./store";
import type { Control, Page } from "./wire";
import { text } from "./text";

export function Controls({ page }: { page: Page }) {
  const shown = page.controls.filter((c) => !hidden(c.key));
  if (hidden("controls") || shown.length === 0) return null;
  return html`<section class="controls" aria-labelledby="head-controls">
    <h2 id="head-controls">${text.controls}</h2>
    ${shown.map((c) => html`<${ControlView} key=${page.id + c.key} control=${c} />`)}
  </section>`;
}

function ControlView({ control: c }: { control: Control }) {
  switch (c.kind) {
    case "choice": return html`<${ChoiceView} control=${c} />`;
    case "toggle": return html`<${ToggleView} control=${c} />`;
    case "points": return html`<${PointsEditor} control=${c} />`;
    case "text": return html`<${TextView} control=${c} />`;
  }
  const id = `c-${c.key}`;
  return html`<div class="control number">
    <label for=${id}>${c.label}</label>
    <${NumberField} control=${c} id=${id} />
    ${c.max > c.min && html`<${Slider} control=${c} />`}
    <${Help} control=${c} id=${id} />
  </div>`;
}

function Help({ control: c, id }: { control: Control; id: string }) {
  return c.help ? html`<p class="help" id=${`${id}-help`}>${c.help}</p>` : null;
}

/** Few short choices stand side by side, more of them in a list. */
function ChoiceView({ control: c }: { control: Control }) {
  const id = `c-${c.key}`;
  const choices = c.choices ?? [];
  const set = (v: string) => change({ [c.key]: v });
  if (choices.length <= 4 && choices.reduce((n, o) => n + o.label.length, 0) <= 36) {
    return html`<fieldset class="control choice" aria-describedby=${c.help ? `${id}-help` : undefined}>
      <legend>${c.label}</legend>
      <div class="segments">${choices.map((o) => html`<label class="segment">
        <input type="radio" name=${id} value=${o.value} checked=${value(c) === o.value} onChange=${() => set(o.value)} />
        <span>${o.label}</span></label>`)}</div>
      <${Help} control=${c} id=${id} />
    </fieldset>`;
  }
  return html`<div class="control choice">
    <label for=${id}>${c.label}</label>
    <select id=${id} aria-describedby=${c.help ? `${id}-help` : undefined} value=${value(c)}
      onChange=${(e: Event) => set((e.currentTarget as HTMLSelectElement).value)}>
      ${choices.map((o) => html`<option value=${o.value} selected=${value(c) === o.value}>${o.label}</option>`)}
    </select>
    <${Help} control=${c} id=${id} />
  </div>`;
}

function ToggleView({ control: c }: { control: Control }) {
  const id = `c-${c.key}`;
  return html`<div class="control toggle">
    <label><input type="checkbox" role="switch" id=${id} checked=${value(c) === "1"} aria-describedby=${c.help ? `${id}-help` : undefined}
      onChange=${(e: Event) => change({ [c.key]: (e.currentTarget as HTMLInputElement).checked ? "1" : "0" })} />
      <span>${c.label}</span></label>
    <${Help} control=${c} id=${id} />
  </div>`;
}

function TextView({ control: c }: { control: Control }) {
  const id = `c-${c.key}`;
  return html`<div class="control text">
    <label for=${id}>${c.label}</label>
    <input type="text" id=${id} spellcheck=${false} autocomplete="off" value=${value(c)} aria-describedby=${c.help ? `${id}-help` : undefined}
      onChange=${(e: Event) => change({ [c.key]: (e.currentTarget as HTMLInputElement).value })} />
    <${Help} control=${c} id=${id} />
  </div>`;
}
