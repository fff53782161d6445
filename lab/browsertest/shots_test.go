package browsertest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/tacit-dev/tacit/lab"
	"github.com/tacit-dev/tacit/lab/page"
)

var (
	shots = flag.String("shots", "", "write pictures of the pages to this `directory`")
	only  = flag.String("only", "", "with -shots: these `pages`, separated by commas, with their themes as page:theme")
)

// TestShots takes pictures of the pages in each theme at the width of a desk and
// of a phone, for people to look at.
func TestShots(t *testing.T) {
	if *shots == "" {
		t.Skip("pictures are taken with -args -shots DIR")
	}
	if err := os.MkdirAll(*shots, 0o755); err != nil {
		t.Fatal(err)
	}
	s := serve(t, lab.Config{})
	for _, size := range []struct {
		name          string
		width, height int
	}{{"desk", 1440, 900}, {"phone", 390, 844}} {
		b := open(t, size.width, size.height)
		for _, p := range page.Pages() {
			for _, theme := range []string{"light", "dark", "projector"} {
				if *only != "" && !strings.Contains(","+*only+",", ","+p.ID+",") && !strings.Contains(","+*only+",", ","+p.ID+":"+theme+",") {
					continue
				}
				b.run(chromedp.Navigate(s.url("")))
				b.run(chromedp.Evaluate(fmt.Sprintf(`localStorage.setItem("tacit-lab-theme", %q)`, theme), nil))
				b.run(chromedp.Navigate("about:blank"))
				b.visit(s.url("v=1&page=" + p.ID))
				for _, whole := range []bool{false, true} {
					var png []byte
					name := fmt.Sprintf("%s-%s-%s.png", p.ID, size.name, theme)
					if whole {
						if theme != "light" {
							continue
						}
						name = fmt.Sprintf("%s-%s-whole.png", p.ID, size.name)
						b.run(chromedp.FullScreenshot(&png, 100))
					} else {
						b.run(chromedp.CaptureScreenshot(&png))
					}
					if err := os.WriteFile(filepath.Join(*shots, name), png, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}
