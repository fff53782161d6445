package lab

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/tacit-dev/tacit/plot"
)

var updateThemes = flag.Bool("update-themes", false, "rewrite web/style/plot.css")

// TestThePicturesHaveTheColoursOfPlot: the style sheet of the pictures is what
// package plot writes.
func TestThePicturesHaveTheColoursOfPlot(t *testing.T) {
	const file = "web/style/plot.css"
	want := []byte("/* The colours of the pictures, as package plot has them; written by\n" +
		"   go test ./lab -run Pictures -args -update-themes */\n" +
		plot.ThemeCSS(plot.Light(), ":root") +
		plot.ThemeCSS(plot.Dark(), `:root[data-theme="dark"]`) +
		"@media (prefers-color-scheme: dark) {\n" + plot.ThemeCSS(plot.Dark(), ":root:not([data-theme])") + "}\n" +
		plot.ThemeCSS(plot.Projector(), `:root[data-theme="projector"]`) +
		"@media print {\n" + plot.ThemeCSS(plot.Light(), ":root:root:root") + "}\n")
	if *updateThemes {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("web/style/plot.css is not what package plot writes: go test ./lab -run Pictures -args -update-themes, then go generate ./lab")
	}
}
