package dataio

import (
	"math"
	"strings"
)

const mmBanner = "%%matrixmarket"

// mmParser reads one Matrix Market file.
type mmParser struct {
	*lines
	format   string // coordinate, array
	field    string // real, integer, pattern
	symmetry string // general, symmetric, skew-symmetric

	rows, cols, entries int

	cut   func(rows, cols int) (*mmBlock, error) // chooses the block; nil: all
	block *mmBlock
}

// parseMatrixMarket reads a matrix in the exchange format of NISTIR 5935.
// Coordinate files become CSC with repeated entries summed, array files dense
// by columns; the half that a symmetric file leaves out is filled in.
func parseMatrixMarket(file string, data []byte) (*Matrix, error) {
	p := &mmParser{lines: newLines(file, data)}
	return p.matrix()
}

func (p *mmParser) matrix() (*Matrix, error) {
	if err := p.banner(); err != nil {
		return nil, err
	}
	if !p.nextData('%') {
		return nil, p.lineErrorf("the file ends before the line with its size")
	}
	if err := p.size(); err != nil {
		return nil, err
	}
	if p.cut != nil {
		var err error
		if p.block, err = p.cut(p.rows, p.cols); err != nil {
			return nil, err
		}
	}
	if p.format == "array" {
		return p.array()
	}
	return p.coordinates()
}

func (p *mmParser) banner() error {
	p.next()
	words := strings.Fields(strings.ToLower(string(p.line)))
	if len(words) != 5 || words[0] != mmBanner || words[1] != "matrix" {
		return p.lineErrorf("the banner must read %%%%MatrixMarket matrix FORMAT FIELD SYMMETRY")
	}
	p.format, p.field, p.symmetry = words[2], words[3], words[4]
	switch {
	case p.format != "coordinate" && p.format != "array":
		return p.lineErrorf("unknown format %q: coordinate or array is needed", p.format)
	case p.field == "complex" || p.symmetry == "hermitian":
		return p.lineErrorf("complex matrices are not read: write real and imaginary parts as separate rows of a real matrix")
	case p.field != "real" && p.field != "integer" && p.field != "pattern" && p.field != "double":
		return p.lineErrorf("unknown field %q: real, integer or pattern is needed", p.field)
	case p.field == "pattern" && p.format == "array":
		return p.lineErrorf("a pattern has no meaning in array format: use coordinate")
	case p.symmetry != "general" && p.symmetry != "symmetric" && p.symmetry != "skew-symmetric":
		return p.lineErrorf("unknown symmetry %q: general, symmetric or skew-symmetric is needed", p.symmetry)
	case p.field == "pattern" && p.symmetry == "skew-symmetric":
		return p.lineErrorf("a pattern cannot be skew-symmetric: it has no signs")
	}
	return nil
}

// size reads the line with rows, columns and, in coordinate format, entries.
func (p *mmParser) size() error {
	want := []*int{&p.rows, &p.cols}
	if p.format == "coordinate" {
		want = append(want, &p.entries)
	}
	rest := p.line
	for _, dst := range want {
		var err error
		if rest, err = p.integer(dst, rest, "a size"); err != nil {
			return err
		}
	}
	switch {
	case len(trimLeft(rest)) > 0:
		return p.errorf(trimLeft(rest), "%s follows after the size", show(trimLeft(rest)))
	case p.rows == 0 || p.cols == 0:
		return p.lineErrorf("the matrix is empty (%d×%d): it needs at least one row and one column", p.rows, p.cols)
	case p.rows >= maxIndex || p.cols >= maxIndex:
		return p.lineErrorf("the matrix is %d×%d: at most 2³¹−2 rows and columns are possible", p.rows, p.cols)
	case p.symmetry != "general" && p.rows != p.cols:
		return p.lineErrorf("a %s matrix must be square, not %d×%d", p.symmetry, p.rows, p.cols)
	}
	if p.format == "array" {
		p.entries = p.rows * p.cols // both are below 2³¹
		switch p.symmetry {
		case "symmetric":
			p.entries = p.rows * (p.rows + 1) / 2
		case "skew-symmetric":
			p.entries = p.rows * (p.rows - 1) / 2
		}
	} else if err := plausibleShape(p.rows, p.cols, p.left()); err != nil {
		return p.lineErrorf("%v", err)
	}
	return p.promise()
}

// promise compares the number of entries with the text that is left: the
// shortest entry is "1", "1 1" or "1 1 1", with the end of its line.
func (p *mmParser) promise() error {
	shortest := map[string]int{"array": 2, "coordinate": 6}[p.format]
	if p.field == "pattern" {
		shortest = 4
	}
	if int64(p.entries) > (p.left()+1)/int64(shortest) {
		return p.lineErrorf("the size promises %d entries, but only %d bytes follow: the file is truncated or its size line is wrong", p.entries, p.left())
	}
	return nil
}

func (p *mmParser) coordinates() (*Matrix, error) {
	var t triplets
	room := p.entries
	if p.symmetry != "general" {
		room *= 2
	}
	rows, cols := p.rows, p.cols
	if p.block != nil {
		rows, cols = p.block.rows, p.block.hi-p.block.lo
		room = int(float64(room) * p.block.share())
	}
	t.rows, t.cols, t.vals = make([]int32, 0, room), make([]int32, 0, room), make([]float64, 0, room)
	for done := range p.entries {
		if !p.nextData('%') {
			return nil, p.short(done)
		}
		i, j, v, err := p.entry()
		if err != nil {
			return nil, err
		}
		p.list(&t, i, j, v)
		switch {
		case p.symmetry == "general":
		case i < j || (i == j && p.symmetry == "skew-symmetric"):
			return nil, p.lineErrorf("entry (%d, %d) is not below the diagonal: a %s file lists the lower triangle only", i+1, j+1, p.symmetry)
		case i == j:
		case p.symmetry == "symmetric":
			p.list(&t, j, i, v)
		default:
			p.list(&t, j, i, -v)
		}
	}
	if p.nextData('%') {
		return nil, p.lineErrorf("more entries follow than the %d that the size line promises", p.entries)
	}
	m := t.compress(rows, cols)
	if err := finiteSums(m, p.file); err != nil {
		return nil, p.block.named(err)
	}
	return m, nil
}

// list adds an entry if it is in the block.
func (p *mmParser) list(t *triplets, i, j int, v float64) {
	if i, j, ok := p.block.place(i, j); ok {
		t.add(i, j, v)
	}
}

// entry reads one line of a coordinate file; row and column count from 0.
func (p *mmParser) entry() (i, j int, v float64, err error) {
	rest := p.line
	if rest, err = p.integer(&i, rest, "a row"); err != nil {
		return
	}
	if rest, err = p.integer(&j, rest, "a column"); err != nil {
		return
	}
	if i < 1 || i > p.rows || j < 1 || j > p.cols {
		err = p.lineErrorf("entry (%d, %d) is outside of the %d×%d matrix (rows and columns count from 1)", i, j, p.rows, p.cols)
		return
	}
	i, j, v = i-1, j-1, 1
	if p.field != "pattern" {
		rest, v, err = p.value(rest, i, j)
	}
	if rest = trimLeft(rest); err == nil && len(rest) > 0 {
		err = p.errorf(rest, "%s follows after the entry", show(rest))
	}
	return
}

func (p *mmParser) array() (*Matrix, error) {
	m := &Matrix{Kind: Dense, Rows: p.rows, Cols: p.cols, ColMajor: true}
	if p.block != nil {
		m.Rows, m.Cols = p.block.rows, p.block.hi-p.block.lo
	}
	m.Val = make([]float64, m.Rows*m.Cols)
	set := func(i, j int, v float64) {
		if i, j, ok := p.block.place(i, j); ok {
			m.Val[i+j*m.Rows] = v
		}
	}
	if p.symmetry == "general" {
		k := 0
		return m, p.values(func() (int, int) { return k % p.rows, k / p.rows }, func(v float64) {
			set(k%p.rows, k/p.rows, v)
			k++
		})
	}
	i, j, sign := 0, 0, 1.0
	if p.symmetry == "skew-symmetric" {
		i, sign = 1, -1
	}
	at := func() (int, int) { return i, j }
	return m, p.values(at, func(v float64) {
		set(i, j, v)
		if i != j {
			set(j, i, sign*v)
		}
		if i++; i == p.rows {
			j++
			i = j
			if sign < 0 {
				i++
			}
		}
	})
}

// values hands the entries of an array file to put; at names the position of
// the next one.
func (p *mmParser) values(at func() (i, j int), put func(v float64)) error {
	done := 0
	for done < p.entries {
		if !p.nextData('%') {
			return p.short(done)
		}
		rest := p.line
		for ; len(trimLeft(rest)) > 0; done++ {
			if done == p.entries {
				return p.lineErrorf("more values follow than the %d that the size line promises", p.entries)
			}
			i, j := at()
			after, v, err := p.value(rest, i, j)
			if err != nil {
				return err
			}
			put(v)
			rest = after
		}
	}
	if p.nextData('%') {
		return p.lineErrorf("more values follow than the %d that the size line promises", p.entries)
	}
	return nil
}

func (p *mmParser) short(have int) error {
	return p.lineErrorf("the file ends after %d of the %d entries that the size line promises: it is truncated or its size line is wrong", have, p.entries)
}

// integer reads a non-negative integer word from rest into dst.
func (p *mmParser) integer(dst *int, rest []byte, what string) ([]byte, error) {
	rest = trimLeft(rest)
	v, n := scanInt(rest)
	if n == 0 || (n < len(rest) && !isBlank(rest[n])) {
		return nil, p.errorf(rest, "%s was expected, a non-negative integer, not %s", what, show(word(rest)))
	}
	*dst = v
	return rest[n:], nil
}

// value reads a number from rest; i and j name its place.
func (p *mmParser) value(rest []byte, i, j int) ([]byte, float64, error) {
	rest = trimLeft(rest)
	v, n := scanFloat(rest)
	if n == 0 || (n < len(rest) && !isBlank(rest[n])) {
		w := word(rest)
		if v, missing := nonFiniteWord(string(w)); missing {
			return nil, 0, p.nonFinite(i, j, v)
		}
		return nil, 0, p.errorf(rest, "%s is not a number", show(w))
	}
	if math.IsInf(v, 0) {
		return nil, 0, p.nonFinite(i, j, v)
	}
	return rest[n:], v, nil
}

func (p *mmParser) nonFinite(i, j int, v float64) error {
	return &NonFiniteError{File: p.file, Index: []int{i, j}, Line: p.no, Value: v}
}
