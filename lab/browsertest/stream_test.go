package browsertest

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/tacit-dev/tacit/lab"
	"github.com/tacit-dev/tacit/lab/page"
	"github.com/tacit-dev/tacit/plot"
)

// TestALongPageIsCancelled: it shows how far it is and what it has, ends when it is
// told to, and the work behind it ends too.
func TestALongPageIsCancelled(t *testing.T) {
	ended := make(chan struct{}, 8)
	picture := func(n int) *page.View {
		x := plot.Index(n)
		return &page.View{State: page.State{}, Summary: "so far", Figures: []page.Figure{{ID: "f", Figure: &plot.Figure{
			Kind: "f", Title: "f", Alt: "a line", Panels: []plot.Panel{{Series: []plot.Series{{Name: "s", X: x, Y: x}}}}}}}}
	}
	long := &page.Page{ID: "long", Title: "Long", Sentence: "It takes long.", Long: true,
		Compute: func(ctx context.Context, in page.Input) (*page.View, error) {
			defer func() { ended <- struct{}{} }()
			for k := 1; ; k++ {
				if in.Progress == nil { // the first picture, drawn by the server
					return picture(2), nil
				}
				in.Progress(min(0.9, float64(k)/20), picture(k+2))
				select {
				case <-ctx.Done():
					return nil, ctx.Err()
				case <-time.After(50 * time.Millisecond):
				}
			}
		}}
	s := serve(t, lab.Config{Pages: []*page.Page{long}})
	b := open(t, 1440, 900)
	b.run(chromedp.Navigate(s.url("")))
	b.until("progress is shown", `document.querySelector(".working progress")?.value > 0`)
	b.until("what is there is shown", `document.querySelector(".drawing svg")`)
	for len(ended) > 0 {
		<-ended
	}
	b.run(chromedp.Click(".working button"))
	b.until("it says so", `document.querySelector(".working")?.textContent.includes("Cancelled")`)
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("the work goes on after it was cancelled")
	}
	b.run(chromedp.Click(".working button"))
	b.until("it can be begun again", `document.querySelector(".working progress")`)
}
