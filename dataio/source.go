package dataio

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"sync"
	"time"
)

// source is the bytes of one input with random access: a regular file that
// stays open, or the whole content of a stream.
type source struct {
	name string
	io.ReaderAt
	size int64

	file *os.File // nil for streams
	mod  time.Time

	hashOnce sync.Once
	hashHex  string
	hashErr  error
	hashing  sync.WaitGroup
}

// openSource opens path, "-" being stdin. Pipes and devices are read to their
// end, because the formats need to look back.
func openSource(path string, stdin io.Reader) (*source, error) {
	if path == "-" {
		return readStream("stdin", stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &ReadError{File: path, Err: err}
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = errors.New("it is a directory")
	case !info.Mode().IsRegular():
		defer ignoreClose(f)
		return readStream(path, f)
	}
	if err != nil {
		ignoreClose(f)
		return nil, &ReadError{File: path, Err: err}
	}
	return &source{name: path, ReaderAt: f, size: info.Size(), file: f, mod: info.ModTime()}, nil
}

func readStream(name string, r io.Reader) (*source, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, &ReadError{File: name, Err: err}
	}
	return bytesSource(name, data), nil
}

func bytesSource(name string, data []byte) *source {
	return &source{name: name, ReaderAt: bytes.NewReader(data), size: int64(len(data))}
}

// prefix returns up to n bytes from the start.
func (s *source) prefix(n int) ([]byte, error) {
	buf := make([]byte, min(int64(n), s.size))
	if _, err := s.ReadAt(buf, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, &ReadError{File: s.name, Err: err}
	}
	return buf, nil
}

// bytes returns the whole content.
func (s *source) bytes() ([]byte, error) {
	buf := make([]byte, s.size)
	n, err := s.ReadAt(buf, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, &ReadError{File: s.name, Err: err}
	}
	return buf[:n], nil
}

// gunzip returns the decompressed content as a source of the same name. Its
// memory grows with the data that is really there, up to limit unless that is 0.
func (s *source) gunzip(limit int64) (*source, error) {
	zr, err := gzip.NewReader(io.NewSectionReader(s, 0, s.size))
	if err == nil {
		var r io.Reader = zr
		if limit > 0 {
			r = io.LimitReader(zr, limit+1)
		}
		var data []byte
		if data, err = io.ReadAll(r); err == nil && limit > 0 && int64(len(data)) > limit {
			return nil, &LimitError{File: s.name, Limit: limit}
		}
		if err == nil {
			return bytesSource(s.name, data), nil
		}
	}
	return nil, &FormatError{File: s.name, Msg: "damaged gzip data (" + err.Error() + "): the file may be truncated; copy or make it again"}
}

// startHash computes the digest in the background.
func (s *source) startHash() {
	s.hashing.Add(1)
	go func() {
		defer s.hashing.Done()
		_, _ = s.hash() // kept for the caller that asks
	}()
}

// hash returns the SHA-256 of the content in hexadecimal, joining a
// computation under way.
func (s *source) hash() (string, error) {
	s.hashOnce.Do(func() {
		h := sha256.New()
		_, err := io.CopyBuffer(h, io.NewSectionReader(s, 0, s.size), make([]byte, 1<<20))
		if err == nil {
			err = s.unchanged()
		}
		if err != nil {
			s.hashErr = &ReadError{File: s.name, Err: err}
			return
		}
		s.hashHex = hex.EncodeToString(h.Sum(nil))
	})
	return s.hashHex, s.hashErr
}

// ends returns a digest of the first and last n bytes.
func (s *source) ends(n int64) (string, error) {
	h := sha256.New()
	for _, at := range []int64{0, max(0, s.size-n)} {
		if _, err := io.Copy(h, io.NewSectionReader(s, at, min(n, s.size))); err != nil {
			return "", &ReadError{File: s.name, Err: err}
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// unchanged guards the digest's meaning: it must be that of the bytes that
// were solved.
func (s *source) unchanged() error {
	if s.file == nil {
		return nil
	}
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() != s.size || !info.ModTime().Equal(s.mod) {
		return errors.New("it changed while it was in use; run again when nothing writes to it")
	}
	return nil
}

func (s *source) close() error {
	s.hashing.Wait()
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
