package dataio

import (
	"bytes"
	"compress/gzip"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestScanFloatIsExact(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, s string) {
		want, err := strconv.ParseFloat(s, 64)
		if err != nil && !math.IsInf(want, 0) {
			t.Fatalf("%q is not a number", s)
		}
		got, n := scanFloat([]byte(s + ";"))
		if n != len(s) || math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%q: got %v and length %d, want %v", s, got, n, want)
		}
	}
	for _, s := range []string{
		"0", "-0", "+1", "1.", ".5", "-.5e1", "1e22", "1e23", "1e-22", "1e-23", "9007199254740993", "9007199254740992e22",
		"0.1", "123456789012345678901234567890", "1.7976931348623157e308", "1e309", "-1e400", "4.9e-324", "1e-400",
		"2.2250738585072011e-308", "1e99999999999999999999", "1e-99999999999999999999", "0e99999", "00000000000000000000001.5",
		"18446744073709551616", "36893488147419103232", "0.000000000000000000000000000001",
	} {
		check(t, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		v := math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return
		}
		check(t, strconv.FormatFloat(v, rapid.SampledFrom([]byte("eg")).Draw(t, "format"), rapid.IntRange(-1, 20).Draw(t, "digits"), 64))
		check(t, rapid.StringMatching(`[+-]?([0-9]{1,22}\.?[0-9]{0,22}|\.[0-9]{1,22})([eE][+-]?[0-9]{1,3})?`).Draw(t, "decimal"))
	})
}

func TestScanFloatStops(t *testing.T) {
	for s, n := range map[string]int{
		"": 0, "-": 0, ".": 0, "+.": 0, "e5": 0, "nan": 0, "inf": 0, "--1": 0, "1e": 1, "1e+": 1, "1.5.2": 3, "0x10": 1, "1_0": 1, "1,5": 1,
	} {
		if _, got := scanFloat([]byte(s)); got != n {
			t.Errorf("%q: length %d, want %d", s, got, n)
		}
	}
}

func TestTables(t *testing.T) {
	want := []float64{1, 2, 3, 4, 5, 6}
	for name, content := range map[string]string{
		"commas":         "1,2,3\n4,5,6\n",
		"no last end":    "1,2,3\n4,5,6",
		"CRLF":           "1,2,3\r\n4,5,6\r\n",
		"mark and names": "\xef\xbb\xbfa,b,c\n1,2,3\n4,5,6\n",
		"tabs":           "1\t2\t3\n4\t5\t6\n",
		"semicolons":     "a;b;c\n1;2;3\n4;5;6\n",
		"blanks":         "  1 2   3  \n4\t5 6\n",
		"blank names":    "a b c\n1 2 3\n4 5 6\n",
		"comments":       "# made by hand\n\n1 2 3\n# half\n4 5 6\n\n",
		"quotes":         "\"a\",\"b\",c\n\"1\",2, \"3\" \n4,\"5\",6\n",
		"spaces":         " a , b,c\n 1 , 2,3\n4,5 , 6 \n",
		"quoted years":   "\"1999\",\"2000\",\"2001\"\n1,2,3\n4,5,6\n",
		"e notation":     "1e0 20e-1 .3e+1\n4.0 5. 0.6E1\n",
	} {
		f, err := loadBytes([]byte(content), LoadOptions{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		m, err := f.Matrix("A")
		if err != nil || f.Format != Table || m.Rows != 2 || m.Cols != 3 || !slices.Equal(m.Val, want) {
			t.Errorf("%s: format %s, %+v, %v", name, f.Format, m, err)
		}
	}
}

func TestTableNames(t *testing.T) {
	for content, want := range map[string][]string{
		"a,b\n1,2\n":                              {"a", "b"},
		"\"x, \"\"first\"\"\",y z\n1,2\n":         {`x, "first"`, "y z"},
		"alpha\tbeta gamma\n1\t2\n":               {"alpha", "beta gamma"},
		",weight\n1,2\n":                          {"", "weight"},
		"1,2\n3,4\n":                              nil,
		"\xef\xbb\xbf\"height\";\"π\"\r\n1;2\r\n": {"height", "π"},
	} {
		f, err := loadBytes([]byte(content), LoadOptions{})
		if err != nil || !slices.Equal(f.Columns, want) {
			t.Errorf("%q: %v", content, err)
		}
	}
}

func TestTablesRefused(t *testing.T) {
	for content, says := range map[string]string{
		"1,2\n3,x\n":                    `line 2, column 3: "x" is not a number`,
		"a,b\n1,2\n3,4k\n":              `line 3, column 3: "4k" in column "b"`,
		"1,2\n3,4,5\n":                  "line 2: it has 3 fields, the first line has 2",
		"1,2\n3\n":                      "line 2: it has 1 fields",
		"1 2\n3 4 5\n":                  "it has 3 fields",
		"1,2\n\"3\",4,5\n":              "it has 3 fields",
		"1,abc\n3,4\n":                  "put its numeric names in quotes",
		"name,2000\n3,4\n":              "put its numeric names in quotes",
		"a,\"b\n1,2\n":                  "line 1, column 3: the quote is not closed",
		"1,2\n3,\"4\n":                  "line 2, column 3: the quote is not closed",
		"1,\"2\"3\n":                    "separator is missing",
		"1;2\n1,5;2\n":                  "decimals with a point",
		"1 2\n3 4,5\n":                  "decimals with a point",
		"1,2\n3 4,5\n":                  `"3 4" is not a number`,
		"1,2\n\"a\",5\n":                `line 2: "a" is not a number`,
		"1,2\n0x10,5\n":                 `"0x10"`,
		"1,2\n1_000,5\n":                `"1_000"`,
		"x\n" + strings.Repeat("é", 50): "…",
	} {
		_, err := loadBytes([]byte(content), LoadOptions{})
		if err == nil {
			t.Errorf("%q: accepted", content)
			continue
		}
		wantError[*ParseError](t, err, "stdin: line", says)
	}
	for content, says := range map[string]string{"a,b\n": "no rows", "# nothing\n": "empty"} {
		_, err := loadBytes([]byte(content), LoadOptions{})
		wantError[*FormatError](t, err, says)
	}
}

func TestTableNonFinite(t *testing.T) {
	for content, want := range map[string]NonFiniteError{
		"1,2\n3,nan\n":          {Index: []int{1, 1}, Line: 2},
		"1,NA\n3,4\n":           {Index: []int{0, 1}, Line: 1},
		"a,b\n\n1,\n":           {Index: []int{0, 1}, Line: 3, Name: "b"},
		"1,2\n,4\n":             {Index: []int{1, 0}, Line: 2},
		"1,2\n\"\",4\n":         {Index: []int{1, 0}, Line: 2},
		"1 2\n-inf 4\n":         {Index: []int{1, 0}, Line: 2, Value: math.Inf(-1)},
		"1 2\n3 1e999\n":        {Index: []int{1, 1}, Line: 2, Value: math.Inf(1)},
		"1,2\n3,\"-1e999\"\n":   {Index: []int{1, 1}, Line: 2, Value: math.Inf(-1)},
		"1,2\n3,\"Infinity\"\n": {Index: []int{1, 1}, Line: 2, Value: math.Inf(1)},
	} {
		_, err := loadBytes([]byte(content), LoadOptions{})
		if err == nil {
			t.Errorf("%q: accepted", content)
			continue
		}
		got := asError[*NonFiniteError](t, err, "stdin", "counted from 0", "line "+strconv.Itoa(want.Line))
		if !slices.Equal(got.Index, want.Index) || got.Line != want.Line || got.Name != want.Name || (want.Value != 0 && got.Value != want.Value) {
			t.Errorf("%q: %+v", content, got)
		}
	}
}

func TestCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "cols")
		data := rapid.SliceOfN(rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64), rows*cols, rows*cols).Draw(t, "data")
		var header []string
		if rapid.Bool().Draw(t, "header") {
			header = rapid.SliceOfN(rapid.StringMatching(`[a-zé0-9,;"#.\t -]{0,6}[a-z]`), cols, cols).Draw(t, "names")
			for i := range header {
				header[i] = strings.TrimSpace(header[i])
			}
		}
		var b bytes.Buffer
		if err := WriteCSV(&b, header, rows, cols, data); err != nil {
			t.Fatal(err)
		}
		f, err := loadBytes(b.Bytes(), LoadOptions{})
		if err != nil {
			t.Fatalf("%v in\n%s", err, b.Bytes())
		}
		m, err := f.Matrix("")
		if err != nil || m.Rows != rows || m.Cols != cols || !slices.Equal(m.Val, data) || !slices.Equal(f.Columns, header) {
			t.Fatalf("%+v %q, %v, from\n%s", m, f.Columns, err, b.Bytes())
		}
	})
}

func TestGzip(t *testing.T) {
	var b bytes.Buffer
	zw := gzip.NewWriter(&b)
	if _, err := zw.Write([]byte("1,2\n3,4\n")); err != nil {
		t.Fatal(err)
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := loadBytes(b.Bytes(), LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if m, err := f.Matrix(""); err != nil || !slices.Equal(m.Val, []float64{1, 2, 3, 4}) {
		t.Errorf("%+v, %v", m, err)
	}
	_, err = loadBytes(b.Bytes()[:b.Len()-6], LoadOptions{})
	wantError[*FormatError](t, err, "gzip", "truncated")
}
