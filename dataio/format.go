package dataio

import (
	"bytes"
	"strings"
)

// Format is the format of a file, found in its content.
type Format string

// The formats that are read.
const (
	NPY          Format = "npy"
	NPZ          Format = "npz"
	MatrixMarket Format = "matrix-market"
	Table        Format = "table" // CSV, TSV and the like
	SVMLight     Format = "svmlight"
)

// sniffLength is how many bytes from the start decide the format.
const sniffLength = 64 << 10

const gzipMagic = "\x1f\x8b"

// sniff finds the format from the first bytes of a file.
func sniff(file string, start []byte) (Format, error) {
	has := func(magic string) bool { return bytes.HasPrefix(start, []byte(magic)) }
	switch {
	case has(npyMagic):
		return NPY, nil
	case has("PK\x03\x04"), has("PK\x05\x06"), has("PK\x06\x06"):
		return NPZ, nil
	}
	if what := foreign(start); what != "" {
		return "", &FormatError{File: file, Msg: what}
	}
	text := bytes.TrimPrefix(start, []byte("\xef\xbb\xbf"))
	switch {
	case len(text) >= len(mmBanner) && strings.EqualFold(string(text[:len(mmBanner)]), mmBanner):
		return MatrixMarket, nil
	case len(bytes.TrimSpace(text)) == 0 && len(start) < sniffLength:
		return "", &FormatError{File: file, Msg: "it is empty: numbers are needed"}
	case looksLikeSVMLight(text):
		return SVMLight, nil
	}
	return Table, nil
}

// foreign recognises common files that hold numbers in another way and says
// what to do with them.
func foreign(start []byte) string {
	const use = "it is %: save the array with numpy.save or as CSV"
	for _, f := range []struct{ magic, name string }{
		{"\x89HDF\r\n\x1a\n", "an HDF5 or MATLAB 7.3 file"},
		{"MATLAB 5.0 MAT-file", "a MATLAB .mat file"},
		{"PAR1", "a Parquet file"},
		{"ARROW1", "an Arrow file"},
		{"\x80\x02", "a Python pickle"},
		{"\x80\x03", "a Python pickle"},
		{"\x80\x04", "a Python pickle"},
		{"\x80\x05", "a Python pickle"},
		{"\x89PNG", "a PNG image"},
		{"\xff\xd8\xff", "a JPEG image"},
		{"\xd0\xcf\x11\xe0", "an old office document"},
		{"%PDF", "a PDF document"},
		{"RDX", "an R data file"},
		{"BZh", "compressed with bzip2"},
		{"\xfd7zXZ", "compressed with xz"},
		{"\x28\xb5\x2f\xfd", "compressed with zstd"},
	} {
		if !bytes.HasPrefix(start, []byte(f.magic)) {
			continue
		}
		if strings.HasPrefix(f.name, "compressed") {
			return "it is " + f.name + ": decompress it first"
		}
		return strings.Replace(use, "%", f.name, 1)
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return "it is text in UTF-16: save it as UTF-8"
	case bytes.IndexByte(start, 0) >= 0:
		return "its binary format is unknown: save the array with numpy.save or as CSV"
	}
	return ""
}
