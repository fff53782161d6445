package dataio

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tacit-dev/tacit/linop"
)

const operatorPrefix = "op:"

// loadOperator understands op:dct2:ROWS.npy:M, the rows ROWS (counted from 0)
// of the orthonormal DCT-II of length M. The path may contain colons.
func loadOperator(spec string, opt LoadOptions) (linop.Operator, *Input, error) {
	bad := func(msg string) error { return &FormatError{File: spec, Msg: msg} }
	name, rest, _ := strings.Cut(strings.TrimPrefix(spec, operatorPrefix), ":")
	if name != "dct2" {
		return nil, nil, bad(fmt.Sprintf("the operator %q is unknown: op:dct2:ROWS.npy:M is read", name))
	}
	colon := strings.LastIndexByte(rest, ':')
	if colon < 1 {
		return nil, nil, bad("an operator reads op:dct2:ROWS.npy:M")
	}
	m, err := strconv.Atoi(rest[colon+1:])
	if err != nil || m < 1 || m > maxIndex {
		return nil, nil, bad(fmt.Sprintf("the length %q must be an integer from 1 to %d", rest[colon+1:], maxIndex))
	}
	f, err := Load(rest[:colon], opt)
	if err != nil {
		return nil, nil, err
	}
	rows, err := f.ints("rows", m)
	if err != nil {
		ignoreClose(f)
		return nil, nil, err
	}
	return linop.PartialDCT(rows, m), &Input{Path: spec, Format: f.Format, Kind: name, Rows: len(rows), Cols: m, file: f}, nil
}

func (f *File) ints(key string, limit int) ([]int, error) {
	a, err := f.Array(key)
	if err != nil {
		return nil, err
	}
	return a.Ints(limit)
}
