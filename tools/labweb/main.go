// Command labweb bundles the front end of the lab: the TypeScript of
// lab/web/src and the style sheets of lab/web/style become the few files of
// lab/web/dist, which are committed and embedded.
//
//	go run .          writes lab/web/dist
//	go test .         fails if a committed file differs from what it would write
//
// What the sources import from outside stands in lab/web/third_party, so that
// nothing is downloaded but esbuild itself, through the module proxy.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

// webDir is the front end, seen from this folder.
const webDir = "../../lab/web"

func main() {
	log.SetFlags(0)
	log.SetPrefix("labweb: ")
	files, err := bundle(webDir)
	if err != nil {
		log.Fatal(err)
	}
	for name, data := range files {
		if err := write(filepath.Join(webDir, "dist", name), data); err != nil {
			log.Fatal(err)
		}
	}
}

// bundle returns the files of dist by their names.
func bundle(dir string) (map[string][]byte, error) {
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	third := func(name string) string { return filepath.Join(root, "third_party", name) }
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: root,
		EntryPoints:   []string{"src/app.ts", "src/worker.ts", "style/app.css"},
		Outdir:        "dist",
		Outbase:       "",
		EntryNames:    "[name]",
		Bundle:        true,
		Alias: map[string]string{
			"preact":               third("preact/preact.mjs"),
			"preact/hooks":         third("preact-hooks/hooks.mjs"),
			"@preact/signals":      third("signals/signals.mjs"),
			"@preact/signals-core": third("signals-core/signals-core.mjs"),
			"htm":                  third("htm/htm.mjs"),
		},
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsNone, // the licences are in third_party and in dist/LICENSES.txt
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		var all []error
		for _, m := range result.Errors {
			where := ""
			if m.Location != nil {
				where = fmt.Sprintf("%s:%d: ", m.Location.File, m.Location.Line)
			}
			all = append(all, errors.New(where+m.Text))
		}
		return nil, errors.Join(all...)
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = f.Contents
	}
	if files["icon.svg"], err = os.ReadFile(filepath.Join(root, "style", "icon.svg")); err != nil {
		return nil, err
	}
	files["LICENSES.txt"], err = licences(root)
	return files, err
}

// licences returns the licences of what is bundled.
func licences(root string) ([]byte, error) {
	var out []byte
	for _, name := range []string{"preact", "signals-core", "signals", "htm"} {
		text, err := os.ReadFile(filepath.Join(root, "third_party", name, "LICENSE"))
		if err != nil {
			return nil, err
		}
		out = fmt.Appendf(out, "%s\n\n%s\n\n", name, text)
	}
	return out, nil
}

// write replaces a file only when it changes, by renaming a complete one.
func write(name string, data []byte) error {
	if old, err := os.ReadFile(name); err == nil && string(old) == string(data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	tmp := name + ".new"
	if err := os.WriteFile(tmp, data, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, name)
}
