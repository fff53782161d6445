package dataio

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"
	"syscall"
)

// ParseError is a place in a text file that does not follow its format.
type ParseError struct {
	File string
	Line int // counted from 1
	Col  int // byte in the line counted from 1; 0: the line as a whole
	Msg  string
}

func (e *ParseError) Error() string {
	if e.Col > 0 {
		return fmt.Sprintf("%s: line %d, column %d: %s", e.File, e.Line, e.Col, e.Msg)
	}
	return fmt.Sprintf("%s: line %d: %s", e.File, e.Line, e.Msg)
}

// FormatError is a file, or a member of an .npz file, that as a whole cannot
// be used: an unsupported type, a damaged header, missing bytes, absent keys.
type FormatError struct {
	File string
	Key  string // member of an .npz file, or empty
	Msg  string
}

func (e *FormatError) Error() string { return where(e.File, e.Key) + ": " + e.Msg }

// LimitError is a file, or a member of an .npz file, that takes more memory than
// LoadOptions.Limit allows.
type LimitError struct {
	File  string
	Key   string // member of an .npz file, or empty
	Limit int64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s: it takes more than the %d MB that are allowed here: use a part of it, or the command line", where(e.File, e.Key), e.Limit>>20)
}

// NonFiniteError is the first entry, in the order of the file, that is NaN or
// infinite.
type NonFiniteError struct {
	File  string
	Key   string // member of an .npz file, or empty
	Index []int  // position counted from 0: row and column of a matrix, entry of a vector
	Line  int    // line of a text file counted from 1, or 0
	Name  string // name of the column in the header, or empty
	Value float64
}

func (e *NonFiniteError) Error() string {
	var at strings.Builder
	switch len(e.Index) {
	case 0:
		at.WriteString("the value")
	case 1:
		fmt.Fprintf(&at, "entry %d", e.Index[0])
	case 2:
		fmt.Fprintf(&at, "row %d, column %d", e.Index[0], e.Index[1])
	default:
		fmt.Fprintf(&at, "entry %v", e.Index)
	}
	if e.Name != "" {
		fmt.Fprintf(&at, " %q", e.Name)
	}
	if len(e.Index) > 0 {
		at.WriteString(" (counted from 0)")
	}
	if e.Line > 0 {
		fmt.Fprintf(&at, ", line %d,", e.Line)
	}
	what, beyond := "is NaN", ""
	if e.Line > 0 { // text has gaps, and decimals that no float64 holds
		what, beyond = "is NaN or missing", " or beyond the range of float64"
	}
	if math.IsInf(e.Value, 0) {
		what = fmt.Sprintf("is %v%s", e.Value, beyond)
	}
	return fmt.Sprintf("%s: %s %s; all numbers must be finite: repair or drop the entry", where(e.File, e.Key), at.String(), what)
}

// ShapeError is an array whose shape does not fit its use.
type ShapeError struct {
	File string
	Key  string // member of an .npz file, or empty
	Got  []int
	Msg  string // what is wanted and what to do
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("%s: has shape %s: %s", where(e.File, e.Key), shapeString(e.Got), e.Msg)
}

// ReadError is an input that cannot be opened or read at all.
type ReadError struct {
	File string
	Err  error
}

func (e *ReadError) Error() string {
	var hint string
	switch {
	case errors.Is(e.Err, fs.ErrNotExist):
		hint = ": check the path"
	case errors.Is(e.Err, fs.ErrPermission):
		hint = ": check the permissions of the file and of its folders"
	}
	return fmt.Sprintf("%s: cannot be read: %v%s", e.File, bare(e.Err), hint)
}

// Unwrap returns the error of the operating system.
func (e *ReadError) Unwrap() error { return e.Err }

// WriteError is an output that could not be written. Nothing of the file is
// left behind and an earlier file of that name is untouched.
type WriteError struct {
	File string
	Err  error
}

func (e *WriteError) Error() string {
	hint := "nothing was changed"
	switch {
	case errors.Is(e.Err, syscall.ENOSPC), errors.Is(e.Err, syscall.EDQUOT):
		hint = "free some space or choose a place on another disk; nothing was changed"
	case errors.Is(e.Err, fs.ErrPermission), errors.Is(e.Err, syscall.EROFS):
		hint = "choose a place where you may write; nothing was changed"
	case errors.Is(e.Err, syscall.ENOTDIR), errors.Is(e.Err, syscall.EEXIST):
		hint = "a file stands where a directory is needed; choose another path"
	case errors.Is(e.Err, fs.ErrNotExist):
		hint = "make its directory first or choose another path"
	}
	return fmt.Sprintf("%s: cannot be written: %v; %s", e.File, bare(e.Err), hint)
}

// Unwrap returns the error of the operating system.
func (e *WriteError) Unwrap() error { return e.Err }

// ExistsError is a file that would be replaced without permission.
type ExistsError struct {
	Dir  string // the output directory
	Name string // the file in it
}

func (e *ExistsError) Error() string {
	if e.Name == ResultName {
		return fmt.Sprintf("%s: already holds a result; use --force to replace it or choose another directory", e.Dir)
	}
	return fmt.Sprintf("%s: already holds %s, which the result would replace; use --force to replace it or choose another directory", e.Dir, e.Name)
}

// bare strips the operation and path that the os package adds, which the
// message names already.
func bare(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

func where(file, key string) string {
	if key == "" {
		return file
	}
	return fmt.Sprintf("%s: array %q", file, key)
}

func shapeString(shape []int) string {
	if len(shape) == 0 {
		return "() (a single number)"
	}
	if len(shape) == 1 {
		return fmt.Sprintf("(%d,)", shape[0])
	}
	parts := make([]string, len(shape))
	for i, d := range shape {
		parts[i] = fmt.Sprint(d)
	}
	return strings.Join(parts, "×")
}
