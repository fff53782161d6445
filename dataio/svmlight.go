package dataio

import (
	"bytes"
	"math"
)

// parseSVMLight reads labelled sparse rows: per line a label and index:value
// pairs with increasing indices that count from base; what follows a # is a
// comment. The number of columns is the largest index that occurs.
func parseSVMLight(file string, data []byte, base int) (labels []float64, x *Matrix, err error) {
	p := &svmParser{lines: newLines(file, data), base: base}
	p.x = &Matrix{Kind: CSR, Ptr: []int{0}}
	if pairs := bytes.Count(data, []byte{':'}); pairs > 0 {
		p.x.Idx, p.x.Val = make([]int32, 0, pairs), make([]float64, 0, pairs)
	}
	for p.nextData('#') {
		if err := p.row(); err != nil {
			return nil, nil, err
		}
	}
	if p.x.Rows == 0 || p.x.Cols == 0 {
		return nil, nil, &FormatError{File: file, Msg: "it is empty: lines such as \"+1 1:0.5 3:2\" are needed"}
	}
	if err := plausibleShape(p.x.Rows, p.x.Cols, int64(len(data))); err != nil {
		return nil, nil, &ParseError{File: file, Line: p.widest, Msg: err.Error()}
	}
	return p.labels, p.x, nil
}

type svmParser struct {
	*lines
	base   int
	labels []float64
	x      *Matrix
	widest int // line of the largest index
}

func (p *svmParser) row() error {
	if end := bytes.IndexByte(p.line, '#'); end >= 0 {
		p.line = p.line[:end]
	}
	rest, label, err := p.number(trimLeft(p.line), -1)
	if err != nil {
		return err
	}
	last := -1
	for rest = trimLeft(rest); len(rest) > 0; rest = trimLeft(rest) {
		index, n := scanInt(rest)
		if n == 0 || n >= len(rest) || rest[n] != ':' {
			if bytes.HasPrefix(rest, []byte("qid:")) {
				return p.errorf(rest, "ranking data (qid:) is not read: remove the qid pairs")
			}
			return p.errorf(rest, "%s is not an index:value pair", show(word(rest)))
		}
		col := index - p.base
		switch {
		case col < 0:
			return p.errorf(rest, "index 0 in a file whose indices count from 1: if they count from 0, use --index-base 0")
		case col >= maxIndex:
			return p.errorf(rest, "index %d is too large: at most 2³¹−2 columns are possible", index)
		case col == last:
			return p.errorf(rest, "index %d is repeated: every index may occur once in a line", index)
		case col < last:
			return p.errorf(rest, "index %d follows after %d: indices must increase along a line", index, last+p.base)
		}
		var v float64
		if rest, v, err = p.number(rest[n+1:], col); err != nil {
			return err
		}
		p.x.Idx = append(p.x.Idx, int32(col))
		p.x.Val = append(p.x.Val, v)
		last = col
	}
	p.labels = append(p.labels, label)
	p.x.Rows++
	if last >= p.x.Cols {
		p.x.Cols, p.widest = last+1, p.no
	}
	p.x.Ptr = append(p.x.Ptr, len(p.x.Val))
	return nil
}

// number reads a finite number that a blank or the end follows; col names its
// column, -1 the label.
func (p *svmParser) number(rest []byte, col int) ([]byte, float64, error) {
	v, n := scanFloat(rest)
	if n > 0 && !math.IsInf(v, 0) && (n == len(rest) || isBlank(rest[n])) {
		return rest[n:], v, nil
	}
	w := word(rest)
	if bad, missing := nonFiniteWord(string(w)); missing {
		v, n = bad, len(w)
	}
	if n == len(w) {
		e := &NonFiniteError{File: p.file, Index: []int{p.x.Rows, col}, Line: p.no, Value: v}
		if col < 0 {
			e.Index, e.Name = []int{p.x.Rows}, "label"
		}
		return nil, 0, e
	}
	what := "value"
	if col < 0 {
		what = "label"
	}
	return nil, 0, p.errorf(rest, "the %s %s is not a number", what, show(w))
}

// looksLikeSVMLight reports whether one of the first lines has an index:value
// pair as its second word.
func looksLikeSVMLight(data []byte) bool {
	l := newLines("", data)
	for range 20 {
		if !l.nextData('#') {
			return false
		}
		first := word(l.line)
		second := word(trimLeft(l.line)[len(first):])
		if bytes.HasPrefix(second, []byte("qid:")) {
			return true
		}
		if _, n := scanInt(second); n > 0 && n < len(second) && second[n] == ':' {
			return true
		}
	}
	return false
}
