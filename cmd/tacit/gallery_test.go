package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var updateGallery = flag.Bool("update-gallery", false, "replace the pictures of docs/figures.md")

// TestGallery runs the commands of docs/figures.md: each picture that the page
// shows is made by one of them, and the stored one shows the same in words. With
// -short the sweep, which takes seconds, is left out.
func TestGallery(t *testing.T) {
	docs, err := filepath.Abs(filepath.Join(moduleRoot, "docs"))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(docs, "figures.md"))
	if err != nil {
		t.Fatal(err)
	}
	files := regexp.MustCompile("(?s)with this ([a-z.]+)[^`]*?:\n\n```[a-z]+\n(.*?)```").FindAllSubmatch(page, -1)
	if len(files) < 3 {
		t.Fatalf("the page has %d files of its own", len(files))
	}
	t.Chdir(t.TempDir())
	for _, f := range files {
		if err := os.WriteFile(string(f[1]), f[2], 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range regexp.MustCompile(`(?m)^    tacit (.*)$`).FindAllSubmatch(page, -1) {
		if testing.Short() && sweeps(string(line[1])) {
			continue
		}
		var stdout, stderr bytes.Buffer
		if code := run(context.Background(), strings.Fields(string(line[1])), nil, &stdout, &stderr); code != exitOK {
			t.Fatalf("tacit %s: exit code %d\n%s", line[1], code, stderr.String())
		}
	}
	desc := regexp.MustCompile(`(?s)<title.*?</desc>`)
	shown := regexp.MustCompile(`\(figures/([^)]+)\)`).FindAllSubmatch(page, -1)
	if len(shown) < 10 {
		t.Errorf("the page shows only %d pictures", len(shown))
	}
	for _, m := range shown {
		name := string(m[1])
		made, err := os.ReadFile(name)
		if err != nil {
			if testing.Short() && (name == "phase.svg" || name == "curves.svg") {
				continue
			}
			t.Errorf("no command makes %s", name)
			continue
		}
		stored := filepath.Join(docs, "figures", name)
		if *updateGallery {
			if err := os.WriteFile(stored, made, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		old, err := os.ReadFile(stored)
		if err != nil {
			t.Fatal(err)
		}
		// Last digits may differ between machines; what is said may not, but for
		// numbers that are rounding errors.
		tiny := regexp.MustCompile(`[0-9.]+×10⁻[¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹]+|10⁻¹[⁰¹²³⁴⁵⁶⁷⁸⁹]`)
		words := func(svg []byte) string { return tiny.ReplaceAllString(string(desc.Find(svg)), "TINY") }
		if words(made) != words(old) {
			t.Errorf("%s says\n%s\nthe stored one\n%s\n(go test ./cmd/tacit -run Gallery -args -update-gallery)", name, words(made), words(old))
		}
	}
}

// sweeps reports whether a command computes a sweep or draws one.
func sweeps(command string) bool {
	return strings.Contains(command, "sweep") || strings.Contains(command, " alphas ")
}
