package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/plot"
)

const hostile = `<img src=x onerror="alert(1)"></script><script>alert(2)</script> & ' "`

// sections are two results: one that is proven, and one whose every string is
// hostile.
func sections() []Section {
	one, gap, support, yes := 1.5, 1e-14, 2, true
	good := &plot.Result{Dir: "runs/out", X: []float64{0, 1, -0.5}, Document: plot.Document{
		Command: "sparse", Status: "certified", Objective: &one, Bound: &one, Gap: &gap, Residual: &gap,
		Rows: 2, Cols: 3, Support: &support, Unique: &yes, Geometry: "hypentropy",
		Input: map[string]plot.Input{"A": {Path: "A.npy", SHA256: "abc", Kind: "dense"}}, Line: []string{"tacit", "sparse", "A.npy"},
	}}
	bad := &plot.Result{Dir: "runs/" + hostile, X: []float64{1}, Document: plot.Document{
		Command: hostile, Status: hostile, Geometry: hostile, Version: hostile,
		Reason: plot.Reason{Criterion: hostile, Hint: hostile}, Stats: plot.Stats{Route: hostile},
		Input: map[string]plot.Input{"A": {Path: hostile, SHA256: hostile, Kind: hostile}}, Line: []string{hostile},
	}}
	verdict := certify.Verdict{Valid: true, Checks: []certify.Check{
		{Name: "dual feasibility", Value: 1, Bound: 1, Pass: true}, {Name: "result.json: rows", Pass: true},
	}}
	rejected := certify.Verdict{Checks: []certify.Check{{Name: hostile, Value: 2, Bound: 1}}}
	figure := func(s string) *plot.Figure {
		return &plot.Figure{
			Kind: "sample", Title: s, Caption: s, Alt: s, Notes: []string{s},
			Panels: []plot.Panel{{X: plot.Axis{Label: s}, Y: plot.Axis{Label: s}, Series: []plot.Series{
				{Name: s, X: []float64{0, 1, 2}, Y: []float64{3, 1, 2}, Names: []string{s, s, s}}, {Name: "b", X: []float64{0, 1}, Y: []float64{0, 1}, Ink: 1},
			}, Rules: []plot.Rule{{At: 1, Label: s}}}},
		}
	}
	return []Section{
		{Name: "out", Result: good, Claim: "x minimises ‖x‖₁", Verdict: &verdict, Figures: []*plot.Figure{figure("A figure")}},
		{Name: hostile, Result: bad, Claim: hostile, Verdict: &rejected, Figures: []*plot.Figure{figure(hostile)}, Missing: []string{hostile}},
		{Name: "third", Result: bad, Why: hostile},
	}
}

// compare is a figure before the sections, where there are several.
func compare(s []Section) *plot.Figure {
	if len(s) < 2 {
		return nil
	}
	return plot.RunsFigure([]plot.Run{
		{Name: hostile, Residual: plot.Residual{T: []float64{1, 2}, Value: []float64{1, 0.5}}},
		{Name: "b", Residual: plot.Residual{T: []float64{1, 2}, Value: []float64{1, 0}}},
	})
}

func render(t *testing.T, s []Section) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, s, compare(s)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHostileTextStaysText(t *testing.T) {
	page := render(t, sections())
	if strings.Contains(page, "<img") || strings.Contains(page, "</script><script>") {
		t.Error("a string of the result became an element")
	}
	// One script for each figure's numbers, and the report's own.
	if n := strings.Count(page, "<script"); n != 4 {
		t.Errorf("%d scripts", n)
	}
	if n := strings.Count(page, "onerror"); n != strings.Count(page, `onerror=&#34;alert(1)`)+strings.Count(page, `onerror=&quot;alert(1)`)+strings.Count(page, `onerror=\"alert(1)`) {
		t.Error("an attribute is not quoted")
	}
}

// TestPolicyAllowsExactlyWhatIsThere: the digests in the policy are those of the
// style sheet and of the script, and nothing else is allowed.
func TestPolicyAllowsExactlyWhatIsThere(t *testing.T) {
	page := render(t, sections())
	policy := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
	if policy == nil {
		t.Fatal("no policy")
	}
	text := strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(policy[1])
	sheet := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(page)[1]
	scripts := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindAllStringSubmatch(page, -1)
	if len(scripts) != 1 {
		t.Fatalf("%d scripts", len(scripts))
	}
	for _, want := range []string{"default-src 'none'", "style-src '" + digest(sheet) + "'", "script-src '" + digest(scripts[0][1]) + "'"} {
		if !strings.Contains(text, want) {
			t.Errorf("the policy %s lacks %s", text, want)
		}
	}
	if strings.Contains(page, " style=") || regexp.MustCompile(`\son\w+="`).MatchString(page) {
		t.Error("inline styles or handlers, which the policy forbids")
	}
}

func TestNothingIsLoaded(t *testing.T) {
	page := render(t, sections()[:1])
	for _, m := range regexp.MustCompile(`https?://[^\s"'<)]*`).FindAllString(page, -1) {
		if m != "http://www.w3.org/2000/svg" {
			t.Errorf("the page names %s", m)
		}
	}
	for _, word := range []string{"<link", "@import", " src=", "url(http"} {
		if strings.Contains(page, word) {
			t.Errorf("the page has %q", word)
		}
	}
}

func TestSameInputSameBytes(t *testing.T) {
	first := render(t, sections())
	for range 3 {
		if render(t, sections()) != first {
			t.Fatal("two reports of the same results differ")
		}
	}
}

// TestCompleteWithoutScripts: the parts that a reader without scripts needs.
func TestCompleteWithoutScripts(t *testing.T) {
	page := regexp.MustCompile(`(?s)<script.*?</script>`).ReplaceAllString(render(t, sections()), "")
	for _, want := range []string{
		"What was asked", "What was found", "How far it is proven", "tacit sparse A.npy",
		"Proven: x minimises ‖x‖₁. All 2 checks pass", "✓ pass", "✗ fail", "Rejected: 1 of 1 checks fail",
		`<svg xmlns="http://www.w3.org/2000/svg"`, "<figcaption>A figure", "In words and numbers", `<th scope="col">A figure</th>`,
		`<html lang="en">`, `name="viewport"`, "Report on 3 results", "Figures that were not drawn", "Nothing was verified",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	// Ids are unique, and what points at them finds them.
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("two elements have the id %s", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`aria-labelledby="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		for _, id := range strings.Fields(m[1]) {
			if !ids[id] {
				t.Errorf("nothing has the id %s", id)
			}
		}
	}
}

// TestElementsAreBalanced parses the page as XML, which forgives nothing.
func TestElementsAreBalanced(t *testing.T) {
	page := render(t, sections())
	page = regexp.MustCompile(`(?s)<(script|style)[^>]*>.*?</(script|style)>`).ReplaceAllString(page, "")
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.AutoClose = xml.HTMLAutoClose
	d.Entity = xml.HTMLEntity
	open := 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok.(type) {
		case xml.StartElement:
			open++
		case xml.EndElement:
			open--
		}
	}
	if open != 0 {
		t.Errorf("%d elements are left open", open)
	}
}

// TestNumbersForScripts: what the script reads is JSON with the series in it.
func TestNumbersForScripts(t *testing.T) {
	page := render(t, sections())
	m := regexp.MustCompile(`(?s)<script type="application/json">(.*?)</script>`).FindAllStringSubmatch(page, -1)
	if len(m) != 3 {
		t.Fatalf("%d figures have numbers", len(m))
	}
	for k, want := range []string{"A figure", hostile} {
		var scene struct {
			Panels []struct {
				Series []struct {
					Name string
					X, Y []float64
				}
			}
		}
		if err := json.Unmarshal([]byte(m[k+1][1]), &scene); err != nil {
			t.Fatal(err)
		}
		s := scene.Panels[0].Series[0]
		if s.Name != want || len(s.X) != 3 || s.Y[0] != 3 {
			t.Errorf("%+v", s)
		}
	}
}
