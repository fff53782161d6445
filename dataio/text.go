package dataio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// lines walks over the lines of a text and knows where it is.
type lines struct {
	file string
	rest []byte
	no   int    // number of the current line, counted from 1
	line []byte // current line without its end

	src    io.Reader // what comes after rest; nil: nothing
	unread int64     // bytes of src
	err    error     // of src
}

// newLines starts before the first line of data, past a byte order mark.
func newLines(file string, data []byte) *lines {
	return &lines{file: file, rest: bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))}
}

// streamLines is newLines for a text of size bytes that is read as it is needed.
func streamLines(file string, src io.Reader, size int64) *lines {
	l := &lines{file: file, src: src, unread: size}
	l.fill()
	l.rest = bytes.TrimPrefix(l.rest, []byte("\xef\xbb\xbf"))
	return l
}

// fill reads on; false at the end.
func (l *lines) fill() bool {
	if l.unread == 0 || l.err != nil {
		return false
	}
	buf := make([]byte, len(l.rest)+int(min(readChunk, l.unread)))
	got, err := io.ReadFull(l.src, buf[copy(buf, l.rest):])
	l.rest = buf[:len(l.rest)+got]
	l.unread -= int64(got)
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("it became shorter while it was read")
		}
		l.err = &ReadError{File: l.file, Err: err}
	}
	return got > 0
}

// left returns the number of bytes after the current line.
func (l *lines) left() int64 { return int64(len(l.rest)) + l.unread }

// next moves to the next line; LF, CRLF and a missing end of the last line are
// all right.
func (l *lines) next() bool {
	end := bytes.IndexByte(l.rest, '\n')
	for end < 0 && l.fill() {
		end = bytes.IndexByte(l.rest, '\n')
	}
	if len(l.rest) == 0 {
		return false
	}
	l.no++
	if end < 0 {
		l.line, l.rest = l.rest, nil
	} else {
		l.line, l.rest = l.rest[:end], l.rest[end+1:]
	}
	l.line = bytes.TrimSuffix(l.line, []byte("\r"))
	return true
}

// nextData moves to the next line that is neither blank nor a comment, which
// begins with mark.
func (l *lines) nextData(mark byte) bool {
	for l.next() {
		if t := trimLeft(l.line); len(t) > 0 && t[0] != mark {
			return true
		}
	}
	return false
}

// errorf is a ParseError at the place where rest, a tail of the current line,
// begins.
func (l *lines) errorf(rest []byte, format string, args ...any) error {
	return &ParseError{File: l.file, Line: l.no, Col: len(l.line) - len(rest) + 1, Msg: fmt.Sprintf(format, args...)}
}

// lineErrorf is a ParseError about the current line as a whole.
func (l *lines) lineErrorf(format string, args ...any) error {
	return &ParseError{File: l.file, Line: l.no, Msg: fmt.Sprintf(format, args...)}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' }

func trimLeft(b []byte) []byte {
	for len(b) > 0 && isBlank(b[0]) {
		b = b[1:]
	}
	return b
}

func trimRight(b []byte) []byte {
	for len(b) > 0 && isBlank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// word returns the first blank-separated word of b.
func word(b []byte) []byte {
	b = trimLeft(b)
	for i, c := range b {
		if isBlank(c) {
			return b[:i]
		}
	}
	return b
}

// show quotes a piece of the input for a message, cut to a readable length.
func show(b []byte) string {
	const most = 40
	s := string(b)
	if len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return fmt.Sprintf("%q", s)
}

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
