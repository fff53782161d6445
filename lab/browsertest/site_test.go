package browsertest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/tacit-dev/tacit/lab"
)

// TestExportedSiteComputesInTheBrowser: without a server behind them, the pages of an
// exported site answer to a link by their own engine.
func TestExportedSiteComputesInTheBrowser(t *testing.T) {
	dir := t.TempDir()
	if _, err := lab.Export(context.Background(), dir, lab.Config{}, false); errors.Is(err, lab.ErrNoEngine) {
		t.Skip("this binary has no engine to export: `make engine` makes it")
	} else if err != nil {
		t.Fatal(err)
	}
	files := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(files.Close)
	b := open(t, 1300, 800)
	b.visit(files.URL + "/index.html#v=1&page=simplex&a=1e-20")
	b.until("the engine answers", `document.querySelectorAll(".handle").length > 0`)
	if title := eval[string](b, `document.querySelector("h1").textContent`); title != "Into a corner of the simplex" {
		t.Errorf("the page is %q", title)
	}
	b.until("the state of the link is there", `[...document.querySelectorAll("input")].some((i) => i.value === "1e-20")`)
}
