package lab

import (
	"context"
	"encoding/json"
	"image/png"
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/lab/page"
)

func TestFiguresAreExported(t *testing.T) {
	s := newServer(t, Config{})
	const at = "/api/v1/pages/point/figure/"
	r := do(s, "GET", at+"f.svg?state=x%3D2&theme=dark", "")
	if body := text(t, r); r.Header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(body, "#14181c") || strings.Contains(body, "class=\"stroke") {
		t.Errorf("%v %.300s", r.Header, body)
	}
	if d := r.Header.Get("Content-Disposition"); d != `attachment; filename="point-f.svg"` {
		t.Error(d)
	}
	r = do(s, "GET", at+"f.png?width=400", "")
	img, err := png.Decode(r.Body)
	if err != nil || img.Bounds().Dx() != 800 {
		t.Errorf("%v", err)
	}
	for asked, want := range map[float64]float64{0: 720, 1e9: 2000, -5: 280, math.NaN(): 720} {
		if got := page.ClampWidth(asked); got != want {
			t.Errorf("a width of %g becomes %g, want %g", asked, got, want)
		}
	}
	refused(t, do(s, "GET", at+"f.pdf", ""), 404, codeNotFound)
	refused(t, do(s, "GET", at+"g.svg", ""), 404, codeNotFound)
	refused(t, do(s, "GET", at+"f.svg?theme=pink", ""), 400, codeBadState)
	refused(t, do(s, "GET", "/api/v1/pages/none/figure/f.svg", ""), 404, codeNotFound)
}

func TestNumbersAreExported(t *testing.T) {
	array := page.Page{ID: "array", Compute: func(context.Context, page.Input) (*page.View, error) {
		return &page.View{Arrays: []page.Array{{Name: "x", Shape: []int{2, 2}, Data: []float64{1, math.Inf(1), 3, 4}}, {Name: "y", Shape: []int{1}, Data: []float64{5}}}}, nil
	}}
	s := newServer(t, Config{Pages: []*page.Page{&array}})
	r := do(s, "GET", "/api/v1/pages/array/data.json", "")
	var d document
	if err := json.Unmarshal([]byte(text(t, r)), &d); err != nil {
		t.Fatal(err)
	}
	if d.Schema != "tacit.lab-data/1" || d.Arrays[0].Data[1] != nil || d.Arrays[0].Why == "" || *d.Arrays[0].Data[2] != 3 || d.Link != "v=1&page=array" {
		t.Errorf("%+v", d)
	}
	r = do(s, "GET", "/api/v1/pages/array/data.npz", "")
	f, err := dataio.Load("f", dataio.LoadOptions{Files: map[string][]byte{"f": []byte(text(t, r))}})
	if err != nil {
		t.Fatal(err)
	}
	if a, err := f.Array("y"); err != nil || a.Data[0] != 5 {
		t.Errorf("%v %v", a, err)
	}
	refused(t, do(s, "GET", "/api/v1/pages/array/data.csv", ""), 404, codeNotFound)
	if r := do(s, "GET", "/api/v1/pages/array/view", ""); r.StatusCode != http.StatusNotFound {
		t.Errorf("GET of a view: %d", r.StatusCode)
	}
}
