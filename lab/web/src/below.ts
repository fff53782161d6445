// Below the picture: what it is about, how to get the same numbers elsewhere.
import { CopyButton } from "./copy";
import { html } from "./html";
import { formatLink } from "./link";
import { Rich } from "./rich";
import { current, engine, hidden, link, open, change, pages } from "./store";
import { text } from "./text";
import type { Page, View } from "./wire";

export function Below({ page, view }: { page: Page; view: View | null }) {
  return html`<div class="below">
    ${!hidden("text") && html`<${About} page=${page} />`}
    <div class="use">
      ${view && html`<${Links} view=${view} />`}
      ${view && html`<${Reproduce} view=${view} />`}
      <${Exports} page=${page} />
    </div>
  </div>`;
}

function About({ page }: { page: Page }) {
  return html`<section class="about" aria-labelledby="head-about">
    <h2 id="head-about">${text.about}</h2>
    ${page.text.map((p) => html`<p><${Rich} text=${p} /></p>`)}
    ${page.exercise && html`<div class="exercise"><h3>${text.exercise}</h3><p><${Rich} text=${page.exercise} /></p></div>`}
  </section>`;
}

export function Reproduce({ view }: { view: View }) {
  const lines = view.command ?? [];
  if (lines.length === 0) return null;
  return html`<section class="reproduce" aria-labelledby="head-reproduce">
    <h2 id="head-reproduce">${text.reproduce}</h2>
    <p>${text.reproduceHelp}</p>
    ${lines.map((l) => html`<div class="command"><code tabindex="0">${l}</code><${CopyButton} what=${() => l} of=${text.reproduce} /></div>`)}
  </section>`;
}

function Exports({ page }: { page: Page }) {
  const files = ["data.npz", "data.json"].map((f) => ({ name: f, url: engine().exportURL(page.id, f, link.value) })).filter((f) => f.url);
  if (files.length === 0) return null;
  return html`<section class="export" aria-labelledby="head-export">
    <h2 id="head-export">${text.exports}</h2>
    <p>${text.exportsHelp}</p>
    <p class="buttons">${files.map((f) => html`<a class="button" href=${f.url} download=${`${page.id}-${f.name}`}>${f.name.replace("data.", "")}</a>`)}</p>
  </section>`;
}

/** Where this state continues. */
function Links({ view }: { view: View }) {
  const links = view.links ?? [];
  if (links.length === 0) return null;
  return html`<section class="links" aria-labelledby="head-links">
    <h2 id="head-links">${text.links}</h2>
    <ul>${links.map((l) => {
      const p = l.page === "" ? current.value! : pages.value.find((q) => q.id === l.page);
      if (!p) return null;
      return html`<li><a href=${"#" + formatLink(p, l.state)} onClick=${(e: MouseEvent) => {
        if (e.ctrlKey || e.metaKey || e.shiftKey) return;
        e.preventDefault();
        if (l.page === "") change(l.state);
        else open(l.page, l.state);
      }}>${l.label}</a></li>`;
    })}</ul>
  </section>`;
}
