package browsertest

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/tacit-dev/tacit/lab"
	"github.com/tacit-dev/tacit/lab/page"
)

// nameless lists the controls without an accessible name, ids that occur twice,
// and references to ids that do not exist.
const nameless = `(() => {
	const out = [];
	const named = (e) => (e.getAttribute("aria-label") || "").trim() || (e.labels && [...e.labels].some(l => l.textContent.trim())) ||
		e.textContent.trim() || e.closest("fieldset")?.querySelector("legend")?.textContent.trim();
	for (const e of document.querySelectorAll("button, a[href], input, select, textarea, summary, [tabindex='0']")) {
		if (!named(e)) out.push("no name: " + e.outerHTML.slice(0, 120));
	}
	const seen = new Set();
	for (const e of document.querySelectorAll("[id]")) {
		if (seen.has(e.id)) out.push("twice: #" + e.id);
		seen.add(e.id);
	}
	for (const at of ["aria-labelledby", "aria-describedby", "for"])
		for (const e of document.querySelectorAll("[" + at + "]"))
			for (const id of e.getAttribute(at).split(" ")) if (!document.getElementById(id)) out.push(at + " names #" + id + ", which is not there");
	for (const what of ["main", "nav", "aside", "h1"])
		if (document.querySelectorAll(what).length !== 1) out.push(document.querySelectorAll(what).length + " of " + what);
	let last = 1;
	for (const e of document.querySelectorAll("h1, h2, h3")) {
		const level = Number(e.tagName[1]);
		if (level > last + 1) out.push("a heading leaves out a level: " + e.textContent);
		last = level;
	}
	if (!document.documentElement.lang) out.push("no language");
	return out.join("\n");
})()`

// pale lists texts whose contrast against what is behind them is below WCAG 2.1 AA.
const pale = `(() => {
	const read = (s) => { const m = s.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
	const light = (c) => { const [r, g, b] = c.slice(0, 3).map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const behind = (e) => { for (; e; e = e.parentElement) { const c = read(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255, 1]; };
	const out = new Map();
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const text = walk.currentNode.textContent.trim(), e = walk.currentNode.parentElement;
		if (!text || e.closest("script, noscript, .hidden, :disabled, [aria-hidden=true], .area-label, option") || !e.checkVisibility()) continue;
		const style = getComputedStyle(e);
		const svg = e instanceof SVGElement;
		const fore = read(svg ? style.fill : style.color);
		const a = light(fore), b = light(behind(e));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		const size = parseFloat(style.fontSize);
		const need = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
		if (ratio < need) out.set(e.className?.baseVal ?? e.className, ratio.toFixed(2) + ": " + text.slice(0, 40));
	}
	return [...out].map(([k, v]) => k + " " + v).join("\n");
})()`

// TestEverybodyCanReadIt: names for every control, contrast of every text in every
// theme, on every page; nothing overflows at 200 %.
func TestEverybodyCanReadIt(t *testing.T) {
	s := serve(t, lab.Config{})
	b := open(t, 1440, 900)
	// Without transitions, in the midst of which colours are neither of the themes'.
	b.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}))
	for _, p := range somePages() {
		b.visit(s.url("v=1&page=" + p.ID))
		if bad := eval[string](b, nameless); bad != "" {
			t.Errorf("%s:\n%s", p.ID, bad)
		}
		for _, theme := range []string{"light", "dark", "projector"} {
			b.run(chromedp.Evaluate(fmt.Sprintf(`document.querySelector("input[name=theme][value=%s]")?.click()`, theme), nil))
			b.until("the theme is set", fmt.Sprintf(`document.documentElement.dataset.theme === %q || !document.querySelector("input[name=theme]")`, theme))
			if bad := eval[string](b, pale); bad != "" {
				t.Errorf("%s, %s:\n%s", p.ID, theme, bad)
			}
		}
	}
	b.run(chromedp.Evaluate(`document.querySelector("input[name=theme][value=auto]")?.click()`, nil))
	// A window of 1280 at 200 % is one of 640.
	b.run(chromedp.EmulateViewport(640, 450, chromedp.EmulateScale(2)))
	b.visit(s.url("v=1&page=" + page.Pages()[0].ID))
	if over := eval[int](b, `document.documentElement.scrollWidth`); over > 640 {
		t.Errorf("%d px wide at 200 %%", over)
	}
}

// TestTheSystemsWishes: the dark theme and reduced motion are taken from it.
func TestTheSystemsWishes(t *testing.T) {
	s := serve(t, lab.Config{})
	b := open(t, 1440, 900)
	b.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: "dark"}, {Name: "prefers-reduced-motion", Value: "reduce"}}))
	b.run(chromedp.Navigate(s.url("")), chromedp.Evaluate(`localStorage.clear()`, nil))
	b.visit(s.url("v=1"))
	if scheme := eval[string](b, `getComputedStyle(document.documentElement).colorScheme`); scheme != "dark" {
		t.Errorf("a dark system gets a %s page", scheme)
	}
	if d := eval[string](b, `getComputedStyle(document.querySelector("button")).transitionDuration`); d != "0s" {
		t.Errorf("a system with reduced motion gets transitions of %s", d)
	}
	b.run(emulation.SetEmulatedMedia().WithMedia("print"))
	if eval[bool](b, `document.querySelector(".rail").checkVisibility()`) {
		t.Error("the rail is printed")
	}
}
