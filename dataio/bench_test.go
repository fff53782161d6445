package dataio

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"testing"
)

// benchSize is the size in bytes of the file that BenchmarkReadNPY reads.
const benchSize = 256 << 20

func BenchmarkReadNPY(b *testing.B) {
	path := filepath.Join(b.TempDir(), "A.npy")
	err := WriteFile(path, func(w io.Writer) error {
		return WriteNPY(w, Floats(make([]float64, benchSize/8), 2048, benchSize/8/2048))
	})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(benchSize)
	for b.Loop() {
		f, err := Load(path, LoadOptions{})
		if err != nil {
			b.Fatal(err)
		}
		ignoreClose(f)
	}
}

func BenchmarkFirstNonFinite(b *testing.B) {
	x := make([]float64, 1<<17)
	b.SetBytes(8 << 17)
	for b.Loop() {
		if firstNonFinite(x) >= 0 {
			b.Fatal("found one")
		}
	}
}

// randomCSV is a table of normal numbers in the given strconv format.
func randomCSV(rows, cols int, format byte, digits int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var out []byte
	for range rows {
		for j := range cols {
			if j > 0 {
				out = append(out, ',')
			}
			out = strconv.AppendFloat(out, rng.NormFloat64(), format, digits, 64)
		}
		out = append(out, '\n')
	}
	return out
}

func BenchmarkParseText(b *testing.B) {
	var mm, svm bytes.Buffer
	rng := rand.New(rand.NewPCG(1, 2))
	fmt.Fprintln(&mm, "%%MatrixMarket matrix coordinate real general\n2000 20000 200000")
	for k := range 200000 {
		fmt.Fprintln(&mm, k%2000+1, k/10+1, rng.NormFloat64())
	}
	for range 5000 {
		fmt.Fprint(&svm, "+1")
		for j := range 40 {
			fmt.Fprintf(&svm, " %d:%.6g", 10*j+1, rng.NormFloat64())
		}
		fmt.Fprintln(&svm)
	}
	for _, c := range []struct {
		name string
		data []byte
		run  func(data []byte) error
	}{
		{"csv-shortest", randomCSV(2000, 200, 'g', -1), func(d []byte) error { _, err := parseDelimited("", d); return err }},
		{"csv-savetxt", randomCSV(2000, 200, 'e', 18), func(d []byte) error { _, err := parseDelimited("", d); return err }},
		{"csv-6digits", randomCSV(2000, 200, 'g', 6), func(d []byte) error { _, err := parseDelimited("", d); return err }},
		{"matrix-market", mm.Bytes(), func(d []byte) error { _, err := parseMatrixMarket("", d); return err }},
		{"svmlight", svm.Bytes(), func(d []byte) error { _, _, err := parseSVMLight("", d, 1); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.data)))
			for b.Loop() {
				if err := c.run(c.data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
