package dataio

import (
	"archive/zip"
	"fmt"
	"io"
	"slices"
	"strings"
)

// archive is an .npz file: a zip archive whose members are .npy arrays.
type archive struct {
	file    string
	size    int64
	limit   int64                // of the bytes of an array in memory; 0: none
	members map[string]*zip.File // by key, the name without .npy
	keys    []string             // in the order of the file
}

func openArchive(src *source, limit int64) (*archive, error) {
	bad := func(msg string) error { return &FormatError{File: src.name, Msg: msg} }
	zr, err := zip.NewReader(src, src.size)
	if err != nil {
		return nil, bad("damaged .npz archive (" + err.Error() + "): the file may be truncated; copy or save it again")
	}
	ar := &archive{file: src.name, size: src.size, limit: limit, members: map[string]*zip.File{}}
	for _, f := range zr.File {
		key, isArray := strings.CutSuffix(f.Name, ".npy")
		switch {
		case f.Name == "[Content_Types].xml":
			return nil, bad("it is an office document: export the table as CSV")
		case !isArray:
			continue
		case ar.members[key] != nil:
			return nil, bad(fmt.Sprintf("it has two arrays named %q: save it again with distinct names", key))
		}
		ar.members[key] = f
		ar.keys = append(ar.keys, key)
	}
	if len(ar.keys) == 0 {
		return nil, bad("it is a zip archive without .npy arrays: make it with numpy.savez(file, A=A, b=b)")
	}
	return ar, nil
}

// open returns the bytes of a member, its size by the archive's directory, and
// whether that size is proven by the bytes of the file.
func (ar *archive) open(key string) (r io.ReadCloser, size uint64, proven bool, err error) {
	f := ar.members[key]
	offset, err := f.DataOffset()
	if err == nil {
		r, err = f.Open()
	}
	if err != nil {
		return nil, 0, false, &FormatError{File: ar.file, Key: key, Msg: "damaged .npz archive (" + err.Error() + "): copy or save it again"}
	}
	proven = f.Method == zip.Store && f.CompressedSize64 == f.UncompressedSize64 &&
		offset <= ar.size && f.UncompressedSize64 <= uint64(ar.size-offset)
	return r, f.UncompressedSize64, proven, nil
}

// ignoreClose closes what was only read: nothing can be lost.
func ignoreClose(c io.Closer) { _ = c.Close() }

// array reads one member.
func (ar *archive) array(key string) (*Array, error) {
	r, size, proven, err := ar.open(key)
	if err != nil {
		return nil, err
	}
	defer ignoreClose(r)
	return readNPYStream(r, size, ar.limit, proven, ar.file, key)
}

// maxText bounds members that hold a word, such as the name of a layout.
const maxText = 4096

// text reads a member that holds a single string.
func (ar *archive) text(key string) (string, error) {
	r, size, _, err := ar.open(key)
	if err != nil {
		return "", err
	}
	defer ignoreClose(r)
	bad := func(msg string) (string, error) { return "", &FormatError{File: ar.file, Key: key, Msg: msg} }
	if size > maxText {
		return bad("a single word is needed here")
	}
	var all strings.Builder
	if _, err := io.Copy(&all, io.LimitReader(r, maxText)); err != nil {
		return bad("damaged (" + err.Error() + "): copy or save it again")
	}
	in := strings.NewReader(all.String())
	h, err := readNPYHeaderText(in)
	if err != nil {
		return "", headerFailure(ar.file, key, err)
	}
	kind := strings.TrimLeft(h.descr, "<>=|")
	if len(h.shape) != 0 || kind == "" || (kind[0] != 'S' && kind[0] != 'U') {
		return bad("a single word is needed here")
	}
	// NumPy pads S with zero bytes and stores U as UTF-32, whose other bytes
	// are zero for the letters that name layouts.
	return strings.ReplaceAll(all.String()[h.offset:], "\x00", ""), nil
}

func (ar *archive) has(keys ...string) bool {
	return !slices.ContainsFunc(keys, func(k string) bool { return ar.members[k] == nil })
}

// choose returns the key to read when a caller asks for want: that member, or
// the only one there is.
func (ar *archive) choose(want string) (string, error) {
	if ar.members[want] != nil {
		return want, nil
	}
	if len(ar.keys) == 1 {
		return ar.keys[0], nil
	}
	return "", &FormatError{File: ar.file, Msg: fmt.Sprintf("it has no array %q, only %s: save it under that name", want, strings.Join(ar.keys, ", "))}
}
