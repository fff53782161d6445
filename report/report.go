package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/tacit-dev/tacit/certify"
	"github.com/tacit-dev/tacit/plot"
)

// Section is one result of a report.
type Section struct {
	Name    string // of the result, unlike that of the others
	Result  *plot.Result
	Claim   string           // what the certificate proves, as a sentence
	Verdict *certify.Verdict // recomputed from the data; nil if it could not be
	Why     string           // why there is no verdict
	Figures []*plot.Figure
	Missing []string // figures that could not be drawn, and why
}

var (
	//go:embed report.html
	page string
	//go:embed report.css
	style string
	//go:embed report.js
	script string
)

// Write writes sections as one HTML document. The figure compare, which may be
// nil, stands before them.
func Write(w io.Writer, sections []Section, compare *plot.Figure) error {
	sheet := style + plot.ThemeCSS(plot.Light(), ":root") +
		"@media screen and (prefers-color-scheme:dark){\n" + plot.ThemeCSS(plot.Dark(), ":root") + "}\n"
	doc := document{
		Policy: fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", digest(sheet), digest(script)),
		Style:  template.CSS(sheet), Script: template.JS(script),
		Several: len(sections) > 1,
	}
	figures := 0
	if compare != nil {
		v, err := newFigure("compare", compare)
		if err != nil {
			return err
		}
		doc.Compare = []figure{v}
	}
	for k := range sections {
		v, err := newView(k, &sections[k], &figures)
		if err != nil {
			return err
		}
		doc.Sections = append(doc.Sections, v)
	}
	doc.Title = "tacit report"
	if len(sections) == 1 {
		doc.Title = doc.Sections[0].Name + ": tacit report"
	}
	t, err := template.New("report").Parse(page)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, doc); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// digest names an inline style or script in a content security policy.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// document is what the template sees.
type document struct {
	Title    string
	Policy   string
	Style    template.CSS
	Script   template.JS
	Several  bool
	Compare  []figure // one figure, or none
	Sections []view
}
