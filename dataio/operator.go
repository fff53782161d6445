package dataio

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tacit-dev/tacit/linop"
)

const operatorPrefix = "op:"

// operatorKind is an operator that op:NAME:FILE:M can name. FILE holds the
// array of that key, M is the length of the unknown.
type operatorKind struct {
	name, usage, key string
	make             func(a *Array, m int) (linop.Operator, error)
}

var operatorKinds = []operatorKind{
	{"dct2", "op:dct2:ROWS.npy:M", "rows", partialDCT},
	{"hadamard", "op:hadamard:ROWS.npy:M", "rows", partialHadamard},
	{"conv", "op:conv:KERNEL.npy:M", "kernel", convolution},
}

// loadOperator understands
//
//	op:dct2:ROWS.npy:M      the rows ROWS (counted from 0) of the orthonormal DCT-II of length M
//	op:hadamard:ROWS.npy:M  the rows ROWS of the orthonormal Walsh–Hadamard transform of length M
//	op:conv:KERNEL.npy:M    the circular convolution of sequences of length M with KERNEL
//
// The path may contain colons.
func loadOperator(spec string, opt LoadOptions) (linop.Operator, *Input, error) {
	bad := func(msg string) error { return &FormatError{File: spec, Msg: msg} }
	name, rest, _ := strings.Cut(strings.TrimPrefix(spec, operatorPrefix), ":")
	kind, ok := findOperator(name)
	if !ok {
		return nil, nil, bad(fmt.Sprintf("the operator %q is unknown: %s are read", name, operatorUsages()))
	}
	colon := strings.LastIndexByte(rest, ':')
	if colon < 1 {
		return nil, nil, bad("this operator reads " + kind.usage)
	}
	m, err := strconv.Atoi(rest[colon+1:])
	if err != nil || m < 1 || m > maxIndex {
		return nil, nil, bad(fmt.Sprintf("the length M = %q must be an integer from 1 to %d: %s", rest[colon+1:], maxIndex, kind.usage))
	}
	f, err := Load(rest[:colon], opt)
	if err != nil {
		return nil, nil, err
	}
	op, err := kind.load(f, m)
	if err != nil {
		ignoreClose(f)
		return nil, nil, err
	}
	n, _ := op.Dims()
	return op, &Input{Path: spec, Format: f.Format, Kind: name, Rows: n, Cols: m, file: f}, nil
}

func findOperator(name string) (operatorKind, bool) {
	for _, k := range operatorKinds {
		if k.name == name {
			return k, true
		}
	}
	return operatorKind{}, false
}

func operatorUsages() string {
	usages := make([]string, len(operatorKinds))
	for i, k := range operatorKinds {
		usages[i] = k.usage
	}
	last := len(usages) - 1
	return strings.Join(usages[:last], ", ") + " and " + usages[last]
}

func (k operatorKind) load(f *File, m int) (linop.Operator, error) {
	a, err := f.Array(k.key)
	if err != nil {
		return nil, err
	}
	return k.make(a, m)
}

func partialDCT(a *Array, m int) (linop.Operator, error) {
	rows, err := distinctRows(a, m)
	if err != nil {
		return nil, err
	}
	return linop.PartialDCT(rows, m), nil
}

func partialHadamard(a *Array, m int) (linop.Operator, error) {
	if m&(m-1) != 0 {
		below := 1
		for 2*below < m {
			below *= 2
		}
		return nil, &FormatError{File: a.file, Key: a.Name, Msg: fmt.Sprintf(
			"the length M = %d of a Walsh–Hadamard transform must be a power of two: %d and %d are the nearest; pad the unknown with zeros or use op:dct2", m, below, 2*below)}
	}
	rows, err := distinctRows(a, m)
	if err != nil {
		return nil, err
	}
	return linop.PartialHadamard(rows, m), nil
}

// distinctRows returns row numbers in [0, m), none twice.
func distinctRows(a *Array, m int) ([]int, error) {
	rows, err := a.Ints(m)
	if err != nil {
		return nil, err
	}
	seen := make(map[int]int, len(rows))
	for i, r := range rows {
		if first, ok := seen[r]; ok {
			return nil, &FormatError{File: a.file, Key: a.Name, Msg: fmt.Sprintf(
				"entries %d and %d (counted from 0) are both row %d: a row is measured once; drop one of them and its entry of b", first, i, r)}
		}
		seen[r] = i
	}
	return rows, nil
}

func convolution(a *Array, m int) (linop.Operator, error) {
	h, err := a.Vector()
	if err != nil {
		return nil, err
	}
	if len(h) > m {
		return nil, a.shapeError(fmt.Sprintf("a kernel of a circular convolution of length M = %d has at most %d entries: shorten it or raise M", m, m))
	}
	return linop.Convolution(h, m), nil
}
