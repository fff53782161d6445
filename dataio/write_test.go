package dataio

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func say(s string) func(w io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

func fail(err error) func(w io.Writer) error {
	return func(w io.Writer) error {
		if err := say("half")(w); err != nil {
			return err
		}
		return err
	}
}

// content returns what a directory holds, as "name=content …".
func content(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			b = []byte("?")
		}
		all = append(all, e.Name()+"="+string(b))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	if err := WriteFile(path, say("one")); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(path, say("two")); err != nil {
		t.Fatal(err)
	}
	full := &os.PathError{Op: "write", Path: "temporary", Err: syscall.ENOSPC}
	wantError[*WriteError](t, WriteFile(path, fail(full)), path, "no space left", "free some space")
	if got := content(t, dir); got != "x=two" {
		t.Errorf("after a full disk: %s", got)
	}
	func() {
		defer func() { _ = recover() }()
		err := WriteFile(path, func(io.Writer) error { panic("out of order") })
		t.Errorf("the panic was swallowed: %v", err)
	}()
	if got := content(t, dir); got != "x=two" {
		t.Errorf("after a panic: %s", got)
	}
	ordinary := filepath.Join(t.TempDir(), "ordinary")
	if err := os.WriteFile(ordinary, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, want := mode(t, path), mode(t, ordinary); got != want {
		t.Errorf("mode %v, want that of an ordinary file, %v", got, want)
	}
	wantError[*WriteError](t, WriteFile(filepath.Join(dir, "none", "x"), say("")), "make its directory")
	wantError[*WriteError](t, WriteFile(filepath.Join(path, "y"), say("")), "a file stands where")
	wantError[*WriteError](t, WriteFile(dir, say("")), "is a directory")
}

func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

func TestWriteFileThroughLink(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "target"), filepath.Join(dir, "link")
	if err := os.WriteFile(target, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("target", link); err != nil {
		t.Skip(err)
	}
	if err := WriteFile(link, say("new")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 || content(t, dir) != "link=new target=new" {
		t.Errorf("%s, %v, %v", content(t, dir), info.Mode(), err)
	}
}

func TestWriteFileToDevice(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("this system has no /dev/full")
	}
	wantError[*WriteError](t, WriteFile("/dev/full", say("x")), "/dev/full", "no space left")
	if info, err := os.Stat("/dev/full"); err != nil || info.Mode().IsRegular() {
		t.Errorf("the device was replaced: %v, %v", info.Mode(), err)
	}
}

func TestOutputDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	d, err := CreateOutputDir(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"result.json", "x.npy"} {
		if err := d.Write(name, say(`{"files": {"x": "x.npy", "other": "../outside", "none": ""}}`)); err != nil {
			t.Fatal(err)
		}
	}
	if got := content(t, dir); strings.Contains(got, "x.npy=") || strings.Contains(got, "result.json=") {
		t.Errorf("before Commit: %s", got)
	}
	if err := d.Commit(); err != nil {
		t.Fatal(err)
	}
	d.Discard()
	first := content(t, dir)
	if !strings.HasPrefix(first, "result.json={") || strings.Count(first, "=") != 2 {
		t.Errorf("after Commit: %s", first)
	}

	_, err = CreateOutputDir(dir, false)
	if e := asError[*ExistsError](t, err, dir, "--force"); e.Dir != dir {
		t.Errorf("%+v", e)
	}

	// With force the earlier result stays until Commit, then goes with its files.
	outside := filepath.Join(filepath.Dir(dir), "outside")
	if err := os.WriteFile(outside, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	d, err = CreateOutputDir(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write("x.npy", fail(syscall.ENOSPC)); err == nil {
		t.Error("a failed file was staged")
	}
	d.Discard()
	if got := content(t, dir); got != first {
		t.Errorf("after Discard: %s", got)
	}
	d, err = CreateOutputDir(dir, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(d.Path("mine.txt"), nil, 0o666), d.Write("y.npy", say("y")), d.Write(ResultName, say("{}")), d.Commit()); err != nil {
		t.Fatal(err)
	}
	if got := content(t, dir); got != "mine.txt= result.json={} y.npy=y" {
		t.Errorf("after the second Commit: %s", got)
	}
	if _, err := os.Stat(outside); err != nil {
		t.Errorf("a file outside of the directory was removed: %v", err)
	}
}

func TestOutputDirDiscardsWhatItMade(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "new")
	d, err := CreateOutputDir(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write("x.npy", say("x")); err != nil {
		t.Fatal(err)
	}
	d.Discard()
	if got := content(t, parent); got != "" {
		t.Errorf("left behind: %s", got)
	}
}

// TestOutputDirCommitFails puts a directory in the place of a file.
func TestOutputDirCommitFails(t *testing.T) {
	dir := t.TempDir()
	d, err := CreateOutputDir(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Write(ResultName, say("{}")), d.Write("x.npy", say("x")), os.MkdirAll(d.Path("x.npy/in"), 0o777)); err != nil {
		t.Fatal(err)
	}
	wantError[*WriteError](t, d.Commit(), "x.npy")
	if got := content(t, dir); got != "x.npy=?" {
		t.Errorf("after the failure: %s", got)
	}
}

func TestOutputDirRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		_, err := CreateOutputDir(dir, true)
		wantError[*WriteError](t, err, dir, "a file stands where")
	}
	if os.Getuid() != 0 { // root may write everywhere
		locked := filepath.Join(t.TempDir(), "locked")
		if err := os.Mkdir(locked, 0o555); err != nil {
			t.Fatal(err)
		}
		_, err := CreateOutputDir(locked, false)
		wantError[*WriteError](t, err, "where you may write")
	}
}

func TestWriteErrorHints(t *testing.T) {
	for err, hint := range map[error]string{
		syscall.EROFS: "where you may write", syscall.EACCES: "where you may write", syscall.EDQUOT: "free some space",
	} {
		wantError[*WriteError](t, &WriteError{File: "d", Err: fmt.Errorf("x: %w", err)}, "d: cannot be written", hint)
	}
}

func TestReadErrorHints(t *testing.T) {
	err := &ReadError{File: "A.npy", Err: &os.PathError{Op: "open", Path: "A.npy", Err: syscall.EACCES}}
	if got, want := err.Error(), "A.npy: cannot be read: permission denied: check the permissions of the file and of its folders"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
