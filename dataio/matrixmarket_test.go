package dataio

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestMatrixMarket(t *testing.T) {
	for _, c := range []struct {
		content string
		kind    Kind
		rows    int
		want    []float64
	}{
		{"%%MatrixMarket matrix coordinate real general\n% a comment\n2 3 3\n1 1 1.5\n2 3 -2e0\n1 2 4\n", CSC, 2, []float64{1.5, 4, 0, 0, 0, -2}},
		{"%%MatrixMarket MATRIX Coordinate Integer General\r\n2 2 2\r\n\r\n2 1 7\r\n% c\r\n1 2 3", CSC, 2, []float64{0, 3, 7, 0}},
		{"%%MatrixMarket matrix coordinate pattern general\n2 2 2\n1 1\n2 2\n", CSC, 2, []float64{1, 0, 0, 1}},
		{"%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 1\n2 1 5\n", CSC, 2, []float64{1, 5, 5, 0}},
		{"%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n2 1 5\n", CSC, 2, []float64{0, -5, 5, 0}},
		{"%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n2 1\n", CSC, 2, []float64{0, 1, 1, 0}},
		{"%%MatrixMarket matrix coordinate real general\n1 2 3\n1 2 1\n1 1 4\n1 2 2\n", CSC, 1, []float64{4, 3}},
		{"%%MatrixMarket matrix coordinate real general\n2 2 0\n", CSC, 2, []float64{0, 0, 0, 0}},
		{"%%MatrixMarket matrix array real general\n2 3\n1\n2\n3\n4\n5\n6\n", Dense, 2, []float64{1, 3, 5, 2, 4, 6}},
		{"%%MatrixMarket matrix array integer general\n% c\n2 2\n1 2 3\n\n4\n", Dense, 2, []float64{1, 3, 2, 4}},
		{"%%MatrixMarket matrix array real symmetric\n3 3\n1\n2\n3\n4\n5\n6\n", Dense, 3, []float64{1, 2, 3, 2, 4, 5, 3, 5, 6}},
		{"%%MatrixMarket matrix array real skew-symmetric\n3 3\n1\n2\n3\n", Dense, 3, []float64{0, -1, -2, 1, 0, -3, 2, 3, 0}},
		{"%%MatrixMarket matrix array real skew-symmetric\n1 1\n", Dense, 1, []float64{0}},
	} {
		f, err := loadBytes([]byte(c.content), LoadOptions{})
		if err != nil {
			t.Errorf("%s\n%v", c.content, err)
			continue
		}
		m, err := f.Matrix("A")
		if err != nil || f.Format != MatrixMarket || m.Kind != c.kind || m.Rows != c.rows || !slices.Equal(rowsOf(m), c.want) {
			t.Errorf("%s\n%+v, %v", c.content, m, err)
		}
	}
}

func TestMatrixMarketRefused(t *testing.T) {
	coordinate := "%%MatrixMarket matrix coordinate real general\n"
	array := "%%MatrixMarket matrix array real general\n"
	for content, says := range map[string]string{
		"%%MatrixMarket matrix coordinate real\n1 1 0\n":                       "line 1: the banner",
		"%%MatrixMarket vector coordinate real general\n":                      "banner",
		"%%MatrixMarket matrix sparse real general\n":                          `"sparse"`,
		"%%MatrixMarket matrix array complex general\n":                        "complex",
		"%%MatrixMarket matrix coordinate complex hermitian\n":                 "complex",
		"%%MatrixMarket matrix array text general\n":                           `"text"`,
		"%%MatrixMarket matrix array real diagonal\n":                          `"diagonal"`,
		"%%MatrixMarket matrix array pattern general\n":                        "pattern",
		"%%MatrixMarket matrix coordinate pattern skew-symmetric\n":            "signs",
		"%%MatrixMarket matrix array real symmetric\n2 3\n":                    "square",
		"%%MatrixMarket matrix coordinate real symmetric\n2 2 1\n1 2 5\n":      "line 3: entry (1, 2) is not below",
		"%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n1 1 5\n": "not below",
		coordinate:                                  "before the line with its size",
		coordinate + "2 2\n":                        "a size was expected",
		coordinate + "2 2 1 1\n":                    "follows after the size",
		coordinate + "2 -2 1\n":                     `"-2"`,
		coordinate + "2.5 2 1\n":                    `"2.5"`,
		coordinate + "0 2 0\n":                      "empty (0×2)",
		coordinate + "3000000000 1 0\n":             "2³¹",
		coordinate + "1 2000000000 1\n1 1 1\n":      "out of proportion",
		coordinate + "9 9 1000000000000\n1 1 1\n":   "promises 1000000000000 entries, but only 6 bytes",
		coordinate + "2 2 99999999999999999999\n":   "a size was expected",
		coordinate + "2 2 2\n1 1 1\n\n\n\n\n\n\n\n": "ends after 1 of the 2 entries",
		coordinate + "2 2 1\n1 1 1\n2 2 2\n":        "line 4: more entries",
		coordinate + "2 2 1\n3 1 1.0\n":             "line 3: entry (3, 1) is outside of the 2×2",
		coordinate + "2 2 1\n0 1 1.0\n":             "entry (0, 1) is outside",
		coordinate + "2 2 1\n1 1 abc\n":             `line 3, column 5: "abc" is not a number`,
		coordinate + "2 2 1\n1 1 1 1\n":             "line 3, column 7: \"1\" follows",
		coordinate + "2 2 1\n1 x 1.0\n":             "a column was expected",
		array + "1000000 1000000\n1\n":              "promises 1000000000000 entries",
		array + "2 2\n1\n2\n3\n%bc\n":               "ends after 3 of the 4",
		array + "1 2\n1\n2\n3\n":                    "line 5: more values",
		array + "1 2\n1 2 3\n":                      "line 3: more values",
		array + "1 2\n1 2x\n":                       `"2x"`,
	} {
		_, err := loadBytes([]byte(content), LoadOptions{})
		if err == nil {
			t.Errorf("%q: accepted", content)
			continue
		}
		wantError[*ParseError](t, err, "stdin: line", says)
	}
}

func TestMatrixMarketNonFinite(t *testing.T) {
	for content, want := range map[string]NonFiniteError{
		"%%MatrixMarket matrix coordinate real general\n2 2 1\n2 1 NaN\n":              {Index: []int{1, 0}, Line: 3, Value: math.NaN()},
		"%%MatrixMarket matrix array real general\n2 2\n1\n2\n-1e999\n4\n":             {Index: []int{0, 1}, Line: 5, Value: math.Inf(-1)},
		"%%MatrixMarket matrix array real symmetric\n2 2\n1\n2\ninf\n":                 {Index: []int{1, 1}, Line: 5, Value: math.Inf(1)},
		"%%MatrixMarket matrix coordinate real general\n1 1 2\n1 1 1e308\n1 1 1e308\n": {Index: []int{0, 0}, Value: math.Inf(1)},
	} {
		_, err := loadBytes([]byte(content), LoadOptions{})
		if err == nil {
			t.Errorf("%q: accepted", content)
			continue
		}
		got := asError[*NonFiniteError](t, err)
		if !slices.Equal(got.Index, want.Index) || got.Line != want.Line || (got.Value != want.Value && !math.IsNaN(want.Value)) {
			t.Errorf("%q: %+v", content, got)
		}
	}
}

// A short line must not ask for a column of every index below its own.
func TestSVMLightShape(t *testing.T) {
	for content, line := range map[string]string{"1 2147483646:1\n-1 1:1\n": "line 1:", "-1 1:1\n1 5:2 1500000:1\n": "line 2:"} {
		_, err := loadBytes([]byte(content), LoadOptions{})
		wantError[*ParseError](t, err, line, "out of proportion")
	}
	if _, err := loadBytes([]byte("1 1000000:1\n-1 1:1\n"), LoadOptions{}); err != nil {
		t.Error(err)
	}
}

func TestSVMLight(t *testing.T) {
	content := "# two classes\n+1 1:0.5 3:2 # first\n\n-1 2:1e-3\r\n-1\n0.5 4:-1"
	f, err := loadBytes([]byte(content), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := f.Matrix("X")
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{0.5, 0, 2, 0, 0, 1e-3, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1}
	if f.Format != SVMLight || f.IndexBase != 1 || m.Kind != CSR || m.Rows != 4 || m.Cols != 4 || !slices.Equal(rowsOf(m), want) {
		t.Errorf("format %s, %+v", f.Format, m)
	}
	if !slices.Equal(f.Labels, []float64{1, -1, -1, 0.5}) {
		t.Errorf("labels %v", f.Labels)
	}
	f, err = loadBytes([]byte("1 0:5 2:6\n"), LoadOptions{ZeroBased: true})
	if err != nil {
		t.Fatal(err)
	}
	if m, err := f.Matrix("X"); err != nil || f.IndexBase != 0 || !slices.Equal(rowsOf(m), []float64{5, 0, 6}) {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestSVMLightRefused(t *testing.T) {
	for content, says := range map[string]string{
		"1 1:1\n1 0:5 2:6\n": "line 2, column 3: index 0 in a file whose indices count from 1",
		"1 2:1 1:1\n":        "column 7: index 1 follows after 2",
		"1 2:1 2:1\n":        "column 7: index 2 is repeated",
		"1 3000000000:1\n":   "too large",
		"1 1:1 x\n":          `"x" is not an index:value pair`,
		"1 1:1 2\n":          `"2" is not`,
		"1 1:1 2:\n":         "column 2",
		"1 1:1x\n":           `value "1x"`,
		"spam 1:1\n":         `label "spam"`,
		"1 qid:3 1:1\n":      "qid",
		"1 1:1 -1:2\n":       "not an index:value pair",
		"1 1:1\n1,2 3:4\n":   `label "1,2"`,
		"1 1:1 9" + strings.Repeat("9", 30) + ":1\n": "not an index:value pair",
	} {
		_, err := loadBytes([]byte(content), LoadOptions{})
		if err == nil {
			t.Errorf("%q: accepted", content)
			continue
		}
		if says == "column 2" {
			wantError[*NonFiniteError](t, err, "row 0, column 1", "missing")
			continue
		}
		wantError[*ParseError](t, err, "stdin: line", says)
	}
	_, err := loadBytes([]byte("1 1:1\n2 1:nan\n"), LoadOptions{})
	wantError[*NonFiniteError](t, err, "row 1, column 0", "line 2")
	_, err = loadBytes([]byte("1 1:1\ninf 1:2\n"), LoadOptions{})
	wantError[*NonFiniteError](t, err, "entry 1", "label", "+Inf")
}
