package dataio

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// ResultName is the file whose presence says that a directory holds a complete
// result.
const ResultName = "result.json"

// resultFiles are the names that results are written under. Any of them may be
// somebody's data: without force none is replaced.
var resultFiles = []string{ResultName, "certificate.json", "x.npy", "y.npy", "weights.npy", "x0.npy", "x.csv", "trajectory.npz", "checkpoint.npz"}

// OutputDir collects the files of a result and puts them into their directory
// together: Write stages a file under a temporary name, Commit gives all their
// names, result.json last. A directory that has a result.json therefore holds
// all of that result and nothing of an earlier one.
type OutputDir struct {
	dir    string
	made   bool // by us, so ours to remove if nothing comes of it
	staged []stagedFile
	memory map[string][]byte // nil: the files are on the disk
}

type stagedFile struct{ tmp, name string }

// CreateOutputDir makes dir if it is missing. A result that stands there
// already, or any file of a name that results use, is an ExistsError unless
// force is set; it stays untouched until Commit.
func CreateOutputDir(dir string, force bool) (*OutputDir, error) {
	d := &OutputDir{dir: dir}
	_, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		d.made = true
		err = os.MkdirAll(dir, 0o777)
	} else if err == nil {
		for _, name := range resultFiles {
			if _, statErr := os.Lstat(filepath.Join(dir, name)); statErr == nil && !force {
				return nil, &ExistsError{Dir: dir, Name: name}
			}
		}
	}
	if err == nil {
		err = d.probe()
	}
	if err != nil {
		if d.made {
			_ = os.Remove(dir)
		}
		return nil, &WriteError{File: dir, Err: cause(err)}
	}
	return d, nil
}

// MemoryDir returns an OutputDir whose files stay in memory, see Files.
func MemoryDir() *OutputDir { return &OutputDir{memory: map[string][]byte{}} }

// Files returns what was written to a MemoryDir, by name.
func (d *OutputDir) Files() map[string][]byte { return d.memory }

// probe finds out before the work begins whether files can be made.
func (d *OutputDir) probe() error {
	name, err := writeTemp(d.dir, func(io.Writer) error { return nil })
	if err != nil {
		return err
	}
	return os.Remove(name)
}

// Write stages the file name with what write produces.
func (d *OutputDir) Write(name string, write func(w io.Writer) error) error {
	if name != filepath.Base(name) {
		panic("dataio: a result file must not name a directory")
	}
	if d.memory != nil {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return &WriteError{File: name, Err: cause(err)}
		}
		d.memory[name] = b.Bytes()
		return nil
	}
	tmp, err := writeTemp(d.dir, write)
	if err != nil {
		return &WriteError{File: filepath.Join(d.dir, name), Err: cause(err)}
	}
	d.staged = append(d.staged, stagedFile{tmp, name})
	return nil
}

// Commit replaces an earlier result by the staged files. If it fails, or the
// process ends in the middle, there is no result.json.
func (d *OutputDir) Commit() error {
	if d.memory != nil {
		return nil
	}
	defer d.removeStaged()
	if err := d.removeEarlier(); err != nil {
		return err
	}
	slices.SortStableFunc(d.staged, func(a, b stagedFile) int { // others before result.json
		return isResult(a.name) - isResult(b.name)
	})
	for len(d.staged) > 0 {
		s := d.staged[0]
		path := filepath.Join(d.dir, s.name)
		if err := os.Rename(s.tmp, path); err != nil {
			return &WriteError{File: path, Err: cause(err)}
		}
		d.staged = d.staged[1:]
	}
	d.made = false
	return nil
}

func isResult(name string) int {
	if name == ResultName {
		return 1
	}
	return 0
}

// removeEarlier takes an earlier result away, result.json first and then the
// files that it lists, so that none of them is mistaken for a new one.
func (d *OutputDir) removeEarlier() error {
	path := filepath.Join(d.dir, ResultName)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil {
		return &WriteError{File: path, Err: cause(err)}
	}
	var earlier struct{ Files map[string]string }
	if json.Unmarshal(content, &earlier) != nil {
		return nil // not ours: its files are not known
	}
	for _, name := range earlier.Files {
		if name == "" || name != filepath.Base(name) || !filepath.IsLocal(name) {
			continue // never outside of the directory
		}
		path := filepath.Join(d.dir, name)
		if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if err := os.Remove(path); err != nil {
			return &WriteError{File: path, Err: cause(err)}
		}
	}
	return nil
}

// Discard removes what was staged, and the directory if it was made for the
// purpose and is empty. After Commit it does nothing, so it may be deferred.
func (d *OutputDir) Discard() {
	d.removeStaged()
	if d.made {
		_ = os.Remove(d.dir) // fails, rightly, if something else was put there
	}
}

func (d *OutputDir) removeStaged() {
	for _, s := range d.staged {
		_ = os.Remove(s.tmp)
	}
	d.staged = nil
}

// Path returns the path of a file of the result.
func (d *OutputDir) Path(name string) string { return filepath.Join(d.dir, name) }
