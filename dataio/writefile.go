package dataio

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
)

// WriteFile writes the file path with what write produces, whole or not at
// all: a temporary file beside it takes its name at the end, so that neither an
// error nor an interruption leaves half a file or harms an earlier one.
//
// The data are not forced to the disk first: a loss of power within seconds
// may lose the file, an end of the process cannot.
func WriteFile(path string, write func(w io.Writer) error) error {
	if err := writeFile(path, write); err != nil {
		return &WriteError{File: path, Err: cause(err)}
	}
	return nil
}

func writeFile(path string, write func(w io.Writer) error) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return errors.New("it is a directory")
	case err == nil && !info.Mode().IsRegular():
		return writeDevice(path, write)
	case err == nil: // replace what a link points to, not the link
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	}
	tmp, err := writeTemp(filepath.Dir(path), write)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		_ = os.Remove(tmp)
		return err
	}
	return nil
}

// writeDevice writes to a pipe or device, such as /dev/stdout, which a rename
// would replace by a file.
func writeDevice(path string, write func(w io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	bw := bufio.NewWriterSize(f, 1<<16)
	return errors.Join(write(bw), bw.Flush(), f.Close())
}

// writeTemp writes a file under a temporary name into dir and removes it if
// anything fails.
func writeTemp(dir string, write func(w io.Writer) error) (name string, err error) {
	f, err := createTemp(dir)
	if err != nil {
		return "", err
	}
	defer func() { // also when write panics
		_ = f.Close()
		if name == "" {
			_ = os.Remove(f.Name())
		}
	}()
	bw := bufio.NewWriterSize(f, 1<<16)
	if err := write(bw); err != nil {
		return "", err
	}
	if err := bw.Flush(); err != nil {
		return "", err
	}
	if err := f.Close(); err != nil { // network file systems report a full disk here
		return "", err
	}
	return f.Name(), nil
}

// createTemp is os.CreateTemp with the permissions of an ordinary file.
func createTemp(dir string) (*os.File, error) {
	for {
		name := filepath.Join(dir, ".tacit-"+strconv.FormatUint(rand.Uint64(), 36)+".tmp")
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// cause strips what the os package says about temporary names.
func cause(err error) error {
	var le *os.LinkError
	if errors.As(err, &le) {
		return le.Err
	}
	return bare(err)
}
