package dataio

import (
	"bytes"
	"fmt"
	"math"
	"slices"
)

// blanks stands for fields separated by any number of blanks.
const blanks = ' '

// table is a rectangle of numbers, by rows, with the names of its columns if
// the file has a header.
type table struct {
	columns    []string
	rows, cols int
	data       []float64
}

// parseDelimited reads a table of numbers. The separator is the first of tab,
// semicolon, comma that the first line has outside of quotes, else blanks.
// Lines that begin with # are comments. The first line is a header if none of
// its fields is a number.
func parseDelimited(file string, data []byte) (*table, error) {
	l := newLines(file, data)
	p := &tableParser{lines: l, quotes: bytes.IndexByte(data, '"') >= 0}
	if !l.nextData('#') {
		return nil, &FormatError{File: file, Msg: "it is empty: a table of numbers is needed"}
	}
	p.sep = separator(l.line)
	more := true
	if header, err := p.header(); err != nil {
		return nil, err
	} else if header {
		more = l.nextData('#')
	}
	if !more {
		return nil, &FormatError{File: file, Msg: "it has a header but no rows of numbers"}
	}
	for ; more; more = l.nextData('#') {
		if err := p.row(); err != nil {
			return nil, err
		}
		p.rows++
	}
	return &p.table, nil
}

type tableParser struct {
	*lines
	table
	sep    byte
	quotes bool // whether the file has quotes at all
}

func separator(line []byte) byte {
	var has [256]bool
	quoted := false
	for _, c := range line {
		if c == '"' {
			quoted = !quoted
		} else if !quoted {
			has[c] = true
		}
	}
	for _, sep := range []byte("\t;,") {
		if has[sep] {
			return sep
		}
	}
	return blanks
}

// header looks at the first line and keeps its names if it is a header. A line
// in which names and numbers mix is an error rather than a row lost in
// silence.
func (p *tableParser) header() (bool, error) {
	fields, err := p.split()
	if err != nil {
		return false, err
	}
	p.cols = len(fields)
	named, numeric := -1, -1
	for i, f := range fields {
		_, missing := nonFiniteWord(f.text)
		switch {
		case f.isNumber() && !f.quoted:
			numeric = i
		case (!missing || f.quoted && f.text != "") && named < 0:
			named = i
		}
	}
	switch {
	case named < 0:
		return false, nil
	case numeric >= 0:
		return false, p.lineErrorf("%s is not a number, but %s is: correct the value, or if the line is a header put its numeric names in quotes",
			show([]byte(fields[named].text)), show([]byte(fields[numeric].text)))
	}
	for _, f := range fields {
		p.columns = append(p.columns, f.text)
	}
	return true, nil
}

// row appends the numbers of the current line.
func (p *tableParser) row() error {
	if p.rows == 0 {
		p.reserve()
	}
	if p.quotes && bytes.IndexByte(p.line, '"') >= 0 {
		return p.quotedRow()
	}
	rest := p.line
	for col := 0; ; col++ {
		rest = p.skipBlanks(rest)
		v, n := scanFloat(rest)
		after := p.skipBlanks(rest[n:])
		end := len(after) == 0
		if n == 0 || (!end && p.sep != blanks && after[0] != p.sep) || (!end && p.sep == blanks && len(after) == len(rest)-n) {
			return p.badField(rest, col)
		}
		if col >= p.cols {
			return p.ragged()
		}
		if math.IsInf(v, 0) {
			return p.nonFinite(col, v)
		}
		p.data = append(p.data, v)
		if end {
			if col+1 != p.cols {
				return p.ragged()
			}
			return nil
		}
		rest = after
		if p.sep != blanks {
			rest = after[1:]
		}
	}
}

// skipBlanks drops blanks in front of a field, but never a separator.
func (p *tableParser) skipBlanks(b []byte) []byte {
	for len(b) > 0 && b[0] != p.sep && isBlank(b[0]) {
		b = b[1:]
	}
	if p.sep == blanks {
		return trimLeft(b)
	}
	return b
}

// reserve makes room for the table: not more rows than lines are left, and not
// more numbers than fit into the text.
func (p *tableParser) reserve() {
	rows := bytes.Count(p.rest, []byte{'\n'}) + 2
	p.data = make([]float64, 0, min(rows*p.cols, (len(p.line)+len(p.rest))/2+1))
}

// badField explains why there is no number at the start of rest.
func (p *tableParser) badField(rest []byte, col int) error {
	field := rest
	if p.sep == blanks {
		field = word(rest)
	} else if end := bytes.IndexByte(rest, p.sep); end >= 0 {
		field = rest[:end]
	}
	field = trimRight(field)
	if v, ok := nonFiniteWord(string(field)); ok && col < p.cols {
		return p.nonFinite(col, v)
	}
	if col >= p.cols {
		return p.ragged()
	}
	return p.errorf(rest, "%s", p.notNumber(field, col))
}

func (p *tableParser) notNumber(field []byte, col int) string {
	switch {
	case bytes.IndexByte(field, ',') >= 0:
		return show(field) + " is not a number: write decimals with a point"
	case len(p.columns) > 0:
		return fmt.Sprintf("%s in column %q is not a number: drop the column or encode it as numbers", show(field), p.columns[col])
	}
	return show(field) + " is not a number: only tables of numbers are read"
}

func (p *tableParser) nonFinite(col int, v float64) error {
	e := &NonFiniteError{File: p.file, Index: []int{p.rows, col}, Line: p.no, Value: v}
	if len(p.columns) > 0 {
		e.Name = p.columns[col]
	}
	return e
}

func (p *tableParser) ragged() error {
	fields, err := p.split()
	if err != nil {
		return err
	}
	return p.lineErrorf("it has %d fields, the first line has %d: all rows must have the same length", len(fields), p.cols)
}

// quotedRow is row for lines with quotes: slow and thorough.
func (p *tableParser) quotedRow() error {
	fields, err := p.split()
	if err != nil {
		return err
	}
	if len(fields) != p.cols {
		return p.lineErrorf("it has %d fields, the first line has %d: all rows must have the same length", len(fields), p.cols)
	}
	for col, f := range fields {
		v, n := scanFloat([]byte(f.text))
		if word, missing := nonFiniteWord(f.text); missing {
			return p.nonFinite(col, word)
		}
		if n != len(f.text) {
			return p.lineErrorf("%s", p.notNumber([]byte(f.text), col))
		}
		if math.IsInf(v, 0) {
			return p.nonFinite(col, v)
		}
		p.data = append(p.data, v)
	}
	return nil
}

// field is one entry of a line with its quotes undone and blanks trimmed.
type field struct {
	text   string
	quoted bool
}

func (f field) isNumber() bool {
	_, n := scanFloat([]byte(f.text))
	return n > 0 && n == len(f.text)
}

// split cuts the current line into fields. Quotes enclose separators; two in a
// row stand for one.
func (p *tableParser) split() ([]field, error) {
	var fields []field
	rest := p.line
	if p.sep == blanks {
		rest = trimRight(trimLeft(rest))
	}
	for {
		rest = p.skipBlanks(rest)
		var f field
		if len(rest) > 0 && rest[0] == '"' {
			text, after, ok := unquote(rest)
			if !ok {
				return nil, p.errorf(rest, "the quote is not closed on this line")
			}
			f = field{text: string(bytes.TrimSpace(text)), quoted: true}
			rest = p.skipBlanks(after)
			if len(rest) > 0 && p.sep != blanks && rest[0] != p.sep {
				return nil, p.errorf(rest, "a separator is missing after the closing quote")
			}
		} else {
			end := bytes.IndexByte(rest, p.sep)
			if p.sep == blanks {
				end = slices.IndexFunc(rest, isBlank)
			}
			if end < 0 {
				end = len(rest)
			}
			f = field{text: string(bytes.TrimSpace(rest[:end]))}
			rest = rest[end:]
		}
		fields = append(fields, f)
		if len(rest) == 0 {
			return fields, nil
		}
		if p.sep != blanks {
			rest = rest[1:]
		}
	}
}

// unquote reads the quoted text at the start of b and returns what follows.
func unquote(b []byte) (text, after []byte, ok bool) {
	for i := 1; i < len(b); i++ {
		if b[i] != '"' {
			text = append(text, b[i])
			continue
		}
		if i+1 < len(b) && b[i+1] == '"' {
			text = append(text, '"')
			i++
			continue
		}
		return text, b[i+1:], true
	}
	return nil, nil, false
}
