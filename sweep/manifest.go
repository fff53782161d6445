package sweep

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tacit-dev/tacit/dataio"
	"github.com/tacit-dev/tacit/internal/blas"
)

// The files of a run.
const (
	ManifestName = "sweep.json" // which sweep the directory belongs to
	SpecName     = "sweep.toml" // the specification as it was given
)

// Manifest says which sweep a directory belongs to. All shards have the same
// one, but for the machine.
type Manifest struct {
	Schema  string   `json:"schema"`
	Name    string   `json:"name"`
	Hash    string   `json:"hash"`
	Cells   int      `json:"cells"`
	Points  int      `json:"points"`
	Trials  int      `json:"trials"`
	Axes    []string `json:"axes"`
	Version string   `json:"version"` // of the program; results of different versions are not mixed
	Kernels string   `json:"kernels"` // of the machine that wrote it: last digits may depend on them
}

func (s *Spec) manifest(version string) Manifest {
	return Manifest{
		Schema: Schema, Name: s.Name, Hash: s.Hash(),
		Cells: s.Cells(), Points: s.Points(), Trials: s.Trials, Axes: s.Axes(),
		Version: Edition(version), Kernels: blas.CPU(),
	}
}

// stream is the version of how the instances of cells are drawn. 2: Gaussian
// matrices by the ziggurat method.
const stream = 2

// Edition names what a version of the program computes: two of them whose cells may
// be mixed have the same one.
func Edition(version string) string { return fmt.Sprintf("%s (instances %d)", version, stream) }

// ForeignError says that a directory holds something else.
type ForeignError struct{ Dir, Msg string }

// Error names the directory.
func (e *ForeignError) Error() string { return e.Dir + " " + e.Msg }

// Is reports whether dir holds a sweep.
func Is(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, ManifestName))
	return err == nil
}

// ReadManifest reads the manifest of a directory. A directory without one is a
// ForeignError.
func ReadManifest(dir string) (*Manifest, error) {
	content, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &ForeignError{dir, fmt.Sprintf("holds no sweep (it has no %s)", ManifestName)}
	}
	if err != nil {
		return nil, err
	}
	var m Manifest
	if err := json.Unmarshal(content, &m); err != nil || m.Schema != Schema {
		return nil, &ForeignError{dir, fmt.Sprintf("has a %s that this version does not understand", ManifestName)}
	}
	return &m, nil
}

// settle makes dir the directory of the sweep, or checks that it is.
func (m Manifest) settle(dir string, src []byte) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return &dataio.WriteError{File: dir, Err: err}
	}
	there, err := ReadManifest(dir)
	if err == nil {
		return m.agrees(there, dir)
	}
	var foreign *ForeignError
	if !errors.As(err, &foreign) {
		return err
	}
	if exists(filepath.Join(dir, ManifestName)) {
		return err
	}
	if err := dataio.WriteFile(filepath.Join(dir, SpecName), func(w io.Writer) error {
		_, err := w.Write(src)
		return err
	}); err != nil {
		return err
	}
	return dataio.WriteFile(filepath.Join(dir, ManifestName), func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(m)
	})
}

// agrees checks that results can stand side by side.
func (m Manifest) agrees(there *Manifest, dir string) error {
	switch {
	case there.Hash != m.Hash:
		return &ForeignError{dir, fmt.Sprintf("holds the sweep %q of another specification (%.12s… instead of %.12s…); choose another directory", there.Name, there.Hash, m.Hash)}
	case there.Version != m.Version:
		return &ForeignError{dir, fmt.Sprintf("holds results of version %s, this is version %s; finish with the same version, or choose another directory", there.Version, m.Version)}
	}
	return nil
}
