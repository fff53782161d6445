package browsertest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/tacit-dev/tacit/lab"
	"github.com/tacit-dev/tacit/lab/page"
)

const (
	summary   = `document.querySelector(".summary").textContent`
	noteTexts = `[...document.querySelectorAll(".notes .note")].map(e => e.textContent).join("\n")`
)

// TestEveryPageDrawsItsPicture at the width of a desk and of a phone, with the
// alternatives for those who do not see it, and fits the phone.
func TestEveryPageDrawsItsPicture(t *testing.T) {
	s := serve(t, lab.Config{})
	b := open(t, 1440, 900)
	for _, p := range somePages() {
		b.run(chromedp.EmulateViewport(1440, 900))
		b.visit(s.url("v=1&page=" + p.ID))
		if got := eval[string](b, `document.querySelector("h1").textContent`); got != p.Title {
			t.Errorf("%s: the heading is %q", p.ID, got)
		}
		if n := eval[int](b, `document.querySelectorAll(".drawing svg path").length`); n < 3 {
			t.Errorf("%s: the picture has %d paths", p.ID, n)
		}
		if bad := eval[int](b, `[...document.querySelectorAll(".figure")].filter(f => !f.querySelector("svg title, svg desc") || !f.querySelector(".alt").textContent).length`); bad > 0 {
			t.Errorf("%s: %d figures have no text alternative", p.ID, bad)
		}
		if fails := eval[string](b, `[...document.querySelectorAll(".checks .fail")].map(e => e.textContent).join("; ")`); fails != "" && p.ID != "conjecture" {
			t.Errorf("%s: predicted is not what was measured: %s", p.ID, fails)
		}
		if notes := eval[string](b, noteTexts); notes != "" {
			t.Logf("%s: notes of the untouched page: %s", p.ID, notes)
		}
		b.run(chromedp.EmulateViewport(390, 844))
		b.until("the picture fits the phone", drawn+` && [...document.querySelectorAll(".figure svg")].every(e => e.getBoundingClientRect().right <= 390)`)
		if over := eval[int](b, `document.documentElement.scrollWidth`); over > 390 {
			t.Errorf("%s is %d px wide on a phone of 390: %s", p.ID, over, eval[string](b, `[...document.querySelectorAll("#app *")].filter(e =>
				e.getBoundingClientRect().right > 391).map(e => e.tagName + "." + e.className + " " + e.textContent.slice(0, 40)).slice(0, 8).join("; ")`))
		}
	}
}

// center is the middle of an element on the screen.
func (b *tab) center(selector string) (x, y float64) {
	b.t.Helper()
	at := eval[[]float64](b, fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({block: "center"});
		const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, selector))
	return at[0], at[1]
}

func (b *tab) mouse(kind input.MouseType, x, y float64) {
	b.t.Helper()
	p := input.DispatchMouseEvent(kind, x, y).WithButton(input.Left).WithButtons(1)
	if kind != input.MouseMoved {
		p = p.WithClickCount(1)
	}
	b.run(p)
}

// drag moves an element by (dx, dy) pixels in steps.
func (b *tab) drag(selector string, dx, dy float64, steps int) {
	b.t.Helper()
	x, y := b.center(selector)
	b.mouse(input.MousePressed, x, y)
	for k := 1; k <= steps; k++ {
		f := float64(k) / float64(steps)
		b.mouse(input.MouseMoved, x+f*dx, y+f*dy)
	}
	b.mouse(input.MouseReleased, x+dx, y+dy)
}

// TestADragChangesTheLimit, its link restores what was reached, undo and redo go
// back and forth, and a ghost stays behind.
func TestADragChangesTheLimit(t *testing.T) {
	s := serve(t, lab.Config{})
	b := open(t, 1440, 900)
	b.visit(s.url(""))
	before := eval[string](b, summary)
	b.run(chromedp.Click(`.toolbar button[aria-pressed]`))
	b.drag(".handle.both", 60, -40, 12)
	b.until("the limit moves", fmt.Sprintf("%s !== %q && !document.querySelector('.dragging') && %s", summary, before, drawn))
	b.until("the link has the state", `location.hash.includes("page=flow") && location.hash.length > 20`)
	if n := eval[int](b, `document.querySelectorAll(".ghost path").length`); n == 0 {
		t.Error("no ghost of the earlier picture")
	}
	moved := eval[string](b, summary)
	link := eval[string](b, `location.href`)

	other := open(t, 1440, 900)
	other.visit(link)
	other.until("the link restores the state", fmt.Sprintf("%s === %q", summary, moved))
	b.run(cdppage.BringToFront())

	// On a busy machine a drag may pause for so long that it counts as two.
	press := func(button int, want string) string {
		return fmt.Sprintf("%s === %q || (document.querySelector('[role=toolbar] button:nth-of-type(%d)').click(), false)", summary, want, button)
	}
	b.until("undo restores the start", press(1, before))
	b.until("redo restores the end", press(2, moved))
	b.run(chromedp.Evaluate(`location.hash = "v=1&page=flow"`, nil))
	b.until("a changed hash is followed", fmt.Sprintf("%s === %q", summary, before))
}

func TestAnyExponentCanBeTyped(t *testing.T) {
	s := serve(t, lab.Config{})
	b := open(t, 1440, 900)
	b.visit(s.url("v=1&page=alpha"))
	before := eval[string](b, summary)
	field := `.control.number .field`
	b.write(field, "1e-3000"+kb.Enter)
	b.until("the limit is that of 1e-3000", fmt.Sprintf("%s !== %q && %s", summary, before, drawn))
	b.until("the link says so", `location.hash.includes("1e-3000")`)
	if fails := eval[int](b, `document.querySelectorAll(".checks .fail").length`); fails > 0 {
		t.Errorf("%d assertions fail at α = 1e-3000", fails)
	}
	b.write(field, "no number"+kb.Enter)
	b.until("a complaint is shown", `document.querySelector(".field[aria-invalid=true]") && document.querySelector(".control .wrong")`)
	if hash := eval[string](b, "location.hash"); !strings.Contains(hash, "1e-3000") {
		t.Errorf("what is no number got into the link: %s", hash)
	}
}

// write replaces the text of a field by what a keyboard writes.
func (b *tab) write(field, text string) {
	b.t.Helper()
	b.run(chromedp.Evaluate(fmt.Sprintf(`{ const e = document.querySelector(%q); e.focus(); e.select() }`, field), nil), chromedp.KeyEvent(text))
}

// TestMalformedLinks are ignored with a note, and the page is drawn.
func TestMalformedLinks(t *testing.T) {
	s := serve(t, lab.Config{})
	b := open(t, 1440, 900)
	for hash, part := range map[string]string{
		"%%%":                        "cannot be read",
		"v=7&page=alpha":             "version 7",
		"v=1&page=nowhere":           "nowhere",
		"v=1&page=alpha&zz=3":        "zz",
		"v=1&page=alpha&a=%3Cscript": "script",
		"v=1&page=flow&hide=%E0%A4":  "cannot be read",
	} {
		b.run(chromedp.Navigate("about:blank"))
		b.visit(s.url(hash))
		b.until(fmt.Sprintf("the note of #%s has %q", hash, part), fmt.Sprintf(`(%s).includes(%q)`, noteTexts, part))
	}
	b.run(chromedp.Evaluate(`location.hash = "=&=&%"`, nil))
	b.until("a changed hash is noted", fmt.Sprintf(`(%s).includes("cannot be read")`, noteTexts))
}

// TestKeyboardOnly: the pages, a handle, a slider and sharing without a pointer.
func TestKeyboardOnly(t *testing.T) {
	s := serve(t, lab.Config{})
	b := open(t, 1440, 900)
	b.visit(s.url(""))
	tabTo := func(what, js string) {
		t.Helper()
		for range 80 {
			b.run(chromedp.KeyEvent(kb.Tab))
			if eval[bool](b, "!!document.activeElement && "+js) {
				return
			}
		}
		t.Fatalf("Tab never reaches %s", what)
	}
	tabTo("the skip link", `document.activeElement.matches(".skip")`)
	b.run(chromedp.KeyEvent(kb.Enter))
	b.until("the picture has the focus", `document.activeElement.id === "main"`)
	before := eval[string](b, summary)
	tabTo("a handle", `document.activeElement.matches(".handle.both")`)
	b.run(chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.PageUp))
	b.until("the handle moves the limit", fmt.Sprintf("%s !== %q", summary, before))
	if !eval[bool](b, `document.activeElement.matches(".handle.both")`) {
		t.Error("the handle lost the focus when the picture was drawn again")
	}
	moved := eval[string](b, summary)
	tabTo("a slider", `document.activeElement.matches("input[type=range]")`)
	for range 5 {
		b.run(chromedp.KeyEvent(kb.PageUp))
	}
	b.until("the slider moves the limit", fmt.Sprintf("%s !== %q", summary, moved))
	b.run(chromedp.Focus(`.rail li:nth-child(2) a`), chromedp.KeyEvent(kb.Enter))
	b.until("the second page is open", fmt.Sprintf(`document.querySelector("h1").textContent === %q`, page.Pages()[1].Title))
	b.until("its heading has the focus", `document.activeElement.matches("h1")`)
	b.run(chromedp.Focus(`.toolbar .primary`), chromedp.KeyEvent(kb.Enter))
	b.until("the dialog is open", `document.querySelector("dialog").open`)
	b.run(chromedp.KeyEvent(kb.Escape))
	b.until("Escape closes it", `!document.querySelector("dialog").open`)
}

// TestARestartIsNoticed under an open page, which goes on afterwards.
func TestARestartIsNoticed(t *testing.T) {
	s := serve(t, lab.Config{})
	b := open(t, 1440, 900)
	b.expected = []string{"net::ERR", "Failed to load resource"}
	b.visit(s.url(""))
	s.stop()
	b.run(chromedp.Focus(".handle.both"), chromedp.KeyEvent(kb.ArrowUp))
	b.until("the loss is said", `document.querySelector(".connection.lost")`)
	s.start()
	b.until("the restart is said", `document.querySelector(".connection.restarted")?.textContent.includes("restarted")`)
	before := eval[string](b, summary)
	b.run(chromedp.Focus(".handle.both"), chromedp.KeyEvent(kb.PageUp))
	b.until("the page goes on", fmt.Sprintf("%s !== %q", summary, before))
}

// TestHiddenControls: &hide= and embed=1 leave out what a class need not see.
func TestHiddenControls(t *testing.T) {
	s := serve(t, lab.Config{})
	b := open(t, 1440, 900)
	key := page.Pages()[0].Controls[0].Key
	b.visit(s.url("v=1&page=flow&hide=checks," + key))
	if eval[bool](b, fmt.Sprintf(`!!document.getElementById("c-%s") || !!document.querySelector(".checks")`, key)) {
		t.Error("what &hide= names is shown")
	}
	b.run(chromedp.Navigate("about:blank"))
	b.visit(s.url("v=1&page=flow&embed=1"))
	if eval[bool](b, `!!document.querySelector(".rail, .below, .toolbar")`) {
		t.Error("an embedded page has more than its picture and controls")
	}
}

// TestTwoTabs do not disturb each other.
func TestTwoTabs(t *testing.T) {
	s := serve(t, lab.Config{})
	one, two := open(t, 1440, 900), open(t, 1440, 900)
	one.visit(s.url("v=1&page=flow"))
	two.visit(s.url("v=1&page=flow"))
	before := eval[string](two, summary)
	one.run(cdppage.BringToFront())
	one.drag(".handle.both", 50, -30, 6)
	one.until("the first moves", fmt.Sprintf("%s !== %q", summary, before))
	time.Sleep(100 * time.Millisecond)
	if got := eval[string](two, summary); got != before {
		t.Errorf("the second tab shows %q", got)
	}
}
