// The lab in a browser: begins with what came with the page, and keeps to the link.
import { h, render } from "preact";
import { Unreachable, type Transport } from "./api";
import { suspect, watch } from "./connection";
import { Engine } from "./engine";
import { parseLink } from "./link";
import { Server } from "./server";
import { Shell } from "./shell";
import { begin, connect, load, pages, readOnly, present, linkNotes } from "./store";
import { restoreTheme } from "./theme";
import type { Boot } from "./wire";

const boot = JSON.parse(document.getElementById("boot")!.textContent!) as Boot;

async function start(): Promise<void> {
  restoreTheme();
  const transport: Transport = boot.mode === "wasm" ? new Engine() : new Server(!boot.read_only);
  readOnly.value = boot.read_only;
  connect(transport, suspect);
  pages.value = boot.pages ?? (await patiently(() => transport.pages()));
  const named = location.hash.length > 1;
  const link = parseLink(named ? location.hash : location.search.replace(/^\?/, "#"));
  const first = pages.value.find((p) => p.id === boot.page) ?? pages.value[0];
  if (!named || ((link.page === first.id || link.page === "") && Object.keys(link.state).length === 0)) {
    const { token: _, ...state } = link.state;
    begin(first, named ? {} : state, boot.view, named ? link.notes : boot.notes ?? []);
    present.value = link.present;
    if (named) linkNotes.value = link.notes;
  } else {
    begin(first, {}, null, []);
    load(location.hash);
  }
  const root = document.getElementById("app")!;
  root.replaceChildren();
  render(h(Shell, null), root);
  // A jump inside of the page is no link to a state.
  document.querySelector(".skip")?.addEventListener("click", (e) => {
    e.preventDefault();
    document.getElementById("main")?.focus();
  });
  window.addEventListener("hashchange", () => load(location.hash));
  window.addEventListener("popstate", () => { if (!location.hash) load(""); });
  if (boot.mode === "server") watch(boot.instance);
}

/** Asks until somebody answers. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

void start();
