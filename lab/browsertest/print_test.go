package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/tacit-dev/tacit/lab"
	"github.com/tacit-dev/tacit/lab/page"
)

// TestPaperIsInkOnWhite: whatever the theme, what is printed is dark on white.
func TestPaperIsInkOnWhite(t *testing.T) {
	s := serve(t, lab.Config{})
	b := open(t, 1400, 900)
	b.visit(s.url("v=1&page=alpha"))
	colours := `(() => {
		const light = (c) => { const [r, g, b] = c.match(/[\d.]+/g).map(Number); return 0.299 * r + 0.587 * g + 0.114 * b; };
		const bad = [];
		const paper = light(getComputedStyle(document.body).backgroundColor);
		if (paper < 250) bad.push("the page is " + paper);
		for (const e of document.querySelectorAll("h1, .sentence, .formula, .controls label, .checks dd, figcaption, .about p, .command code, .summary"))
			if (e.getClientRects().length && light(getComputedStyle(e).color) > 120) bad.push(e.className + " " + e.tagName + " " + getComputedStyle(e).color);
		return bad.slice(0, 5).join("; ");
	})()`
	for _, theme := range []string{"auto", "light", "dark", "projector"} {
		b.run(chromedp.Evaluate(`document.documentElement.dataset.theme = "`+theme+`"; if ("`+theme+`" === "auto") delete document.documentElement.dataset.theme`, nil))
		b.run(emulation.SetEmulatedMedia().WithMedia("print").WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
		if bad := eval[string](b, colours); bad != "" {
			t.Errorf("printing with the theme %s: %s", theme, bad)
		}
		b.run(emulation.SetEmulatedMedia())
	}
}

// TestTextsAreSetTheSameTwice: by the server before scripts run, and by the scripts.
func TestTextsAreSetTheSameTwice(t *testing.T) {
	s := serve(t, lab.Config{})
	b := open(t, 1400, 900)
	shown := func() string {
		return eval[string](b, `[...document.querySelectorAll(".formula, .about > p, .exercise p")].map((e) => e.innerHTML).join("\n")`)
	}
	for _, p := range page.Pages() {
		if p.Formula == "" || p.Long {
			continue
		}
		b.visit(s.url("v=1&page=" + p.ID))
		scripted := shown()
		b.run(chromedp.Evaluate(`fetch("/?page=`+p.ID+`").then((r) => r.text()).then((t) => { window.served_ = new DOMParser().parseFromString(t, "text/html"); })`, nil))
		b.until("the page is fetched", `window.served_`)
		served := eval[string](b, `[...window.served_.querySelectorAll(".formula, .about > p, .exercise p")].map((e) => e.innerHTML).join("\n")`)
		if served != scripted || !strings.Contains(scripted, `class="nb"`) {
			t.Errorf("%s: the server writes\n%s\nthe script\n%s", p.ID, served, scripted)
		}
		b.run(chromedp.Evaluate(`delete window.served_`, nil))
	}
}
