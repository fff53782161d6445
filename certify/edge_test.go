package certify

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// TestStartIsASolution: b−Ax₀ is rounding, and so are the objective, the bound
// and their quotient.
func TestStartIsASolution(t *testing.T) {
	start := []float64{0.1, 0.2, 0.3}
	in := instance{
		name: "start is a solution", n: 1, m: 3, a: []float64{1, 1, 1}, b: []float64{0.6},
		w:    Witness{X: []float64{0.1, 0.2, 0.3}, Y: []float64{0}, Start: start},
		cert: Certificate{Claim: MinNorm, Tol: 1e-9, Start: ptr("x0.npy")},
	}
	for _, y := range []float64{0, 3e-17} {
		in.w.Y[0] = y
		c := in.issue(t)
		if v := verify(t, in, c); !v.Valid {
			t.Errorf("y = %v: %+v", y, v.Failed())
		}
		if v, err := VerifyExact(in.op(), in.b, c, in.w); err != nil || !v.Valid {
			t.Errorf("y = %v exactly: %v %+v", y, err, v.Failed())
		}
	}
}

// TestEmptySystems: no measurement, no unknown.
func TestEmptySystems(t *testing.T) {
	for _, claim := range []Claim{L1, L1Nonneg, MinNorm} {
		for _, in := range []instance{
			{name: "no rows", n: 0, m: 2, w: Witness{X: []float64{0, 0}, Y: []float64{}}},
			{name: "no columns", n: 2, m: 0, b: []float64{0, 0}, w: Witness{X: []float64{}, Y: []float64{0, 0}}},
		} {
			in.cert = Certificate{Claim: claim, Tol: 1e-9, Unique: ptr(true)}
			if v := verify(t, in, in.issue(t)); !v.Valid {
				t.Errorf("%s, %s: %+v", in.name, claim, v.Failed())
			}
		}
	}
	in := instance{
		name: "no columns", n: 2, m: 0, b: []float64{3, 4}, w: Witness{Y: []float64{3, 4}},
		cert: Certificate{Claim: Inconsistent, Tol: 1e-9},
	}
	if v := verify(t, in, in.issue(t)); !v.Valid {
		t.Errorf("no columns, b ≠ 0: %+v", v.Failed())
	}
}

// TestZeroAndDuplicateColumns: a zero column has full slack, a duplicate of a
// support column has none.
func TestZeroAndDuplicateColumns(t *testing.T) {
	in := instance{
		name: "columns", n: 2, m: 4, a: []float64{1, 0, 1, 0, 0, 0, 0, 1}, b: []float64{2, 0},
		w:    Witness{X: []float64{2, 0, 0, 0}, Y: []float64{1, 0}},
		cert: Certificate{Claim: L1, Tol: 1e-9, Unique: ptr(true)},
	}
	c := in.issue(t)
	if c.Unique != nil {
		t.Error("Issue says unique in spite of a duplicate column")
	}
	if v := verify(t, in, c); !v.Valid {
		t.Errorf("%+v", v.Failed())
	}
	c.Unique = ptr(true)
	if v := verify(t, in, c.Sealed(in.b, in.w)); v.Valid {
		t.Error("unique in spite of a duplicate column")
	}
	in.a[2] = -0.5
	in.cert.Unique = ptr(true)
	if c = in.issue(t); c.Unique == nil || !*c.Unique {
		t.Error("uniqueness not proven")
	}
	if v := verify(t, in, c); !v.Valid {
		t.Errorf("zero column: %+v", v.Failed())
	}
}

func TestInputsThatCannotBeJudged(t *testing.T) {
	in := instances()[0]
	c := in.issue(t)
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		a := append([]float64(nil), in.a...)
		a[5] = bad
		for name, verify := range map[string]func(linop.Operator, []float64, Certificate, Witness) (Verdict, error){"Verify": Verify, "VerifyExact": VerifyExact} {
			if _, err := verify(linop.NewDense(in.n, in.m, a), in.b, c, in.w); err == nil || !strings.Contains(err.Error(), "A has") {
				t.Errorf("%s with %v in A: %v", name, bad, err)
			}
			if _, err := verify(in.op(), []float64{1, bad}, c, in.w); err == nil || !strings.Contains(err.Error(), "b has") {
				t.Errorf("%s with %v in b: %v", name, bad, err)
			}
			w := in.w
			w.Weights = []float64{1, 1, bad, 1}
			if _, err := verify(in.op(), in.b, c, w); err == nil || !strings.Contains(err.Error(), "weight 2") {
				t.Errorf("%s with %v in the weights: %v", name, bad, err)
			}
		}
	}
	if _, err := VerifyExact(applyOnly{in.op()}, in.b, c, in.w); err == nil {
		t.Error("exact verification through Apply")
	}
}

func TestDecodeRefusesWhatIsNoCertificate(t *testing.T) {
	text, err := instances()[0].issue(t).Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"empty":          "",
		"not JSON":       "certificate",
		"unknown field":  strings.Replace(string(text), `"tol"`, `"tolerance"`, 1),
		"other schema":   strings.Replace(string(text), "certificate/1", "certificate/2", 1),
		"trailing bytes": string(text) + "{}",
		"truncated":      string(text[:len(text)/2]),
	} {
		if _, err := Decode([]byte(bad)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	// A field twice: the second one is read, the text is not what was sealed.
	twice := strings.Replace(string(text), `"tol": 1e-9`, `"tol": 5, "tol": 1e-9`, 1)
	c, err := Decode([]byte(twice))
	if err == nil && verify(t, instances()[0], c).Valid {
		t.Error("a field given twice is accepted")
	}
	// White space carries no meaning.
	var c2 Certificate
	if err := json.Unmarshal(text, &c2); err != nil {
		t.Fatal(err)
	}
	compact, err := json.Marshal(c2)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = Decode(compact); err != nil || !verify(t, instances()[0], c).Valid {
		t.Errorf("the compact form is rejected: %v", err)
	}
}

// TestDigestIsThatOfTheFile: sha256 of 00 00 00 00 00 00 f0 3f, the double 1.
func TestDigestIsThatOfTheFile(t *testing.T) {
	const want = "6c3c396ed6b5c36dcae172271f462051b1266b851e92df3deea8ac65478fd712"
	if got := Digest([]float64{1}); got != want {
		t.Errorf("digest of 1 is %s, want %s", got, want)
	}
	if Digest(nil) != "" || Digest([]float64{}) != "" {
		t.Error("an absent vector has a digest")
	}
}

func FuzzDecode(f *testing.F) {
	for _, in := range instances() {
		text, err := in.issue(f).Encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	in := instances()[0]
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Decode(data)
		if err != nil {
			return
		}
		v, err := Verify(in.op(), in.b, c, in.w)
		if err != nil {
			return
		}
		if _, err := json.Marshal(v); err != nil {
			t.Errorf("verdict is no JSON: %v", err)
		}
	})
}

// TestPartialDCT: the rows are orthonormal, so x = Aᵀb is the shortest solution
// and y = b proves it, by its entries and through Apply alone.
func TestPartialDCT(t *testing.T) {
	dct := linop.PartialDCT([]int{1, 4, 9, 30, 63}, 64)
	b := []float64{1, -2, 0.5, 3, 0.25}
	for _, op := range []linop.Operator{dct, applyOnly{dct}} {
		cert := Certificate{Claim: MinNorm, Tol: 1e-9, Unique: ptr(true)}
		w := Witness{X: make([]float64, 64), Y: b}
		dct.ApplyT(w.X, b)
		c, err := Issue(op, b, cert, w)
		if err != nil {
			t.Fatal(err)
		}
		v, err := Verify(op, b, c, w)
		if err != nil || !v.Valid {
			t.Errorf("%v %+v", err, v.Failed())
		}
		trusting := false
		for _, check := range v.Checks {
			trusting = trusting || strings.HasSuffix(check.Name, "(trusting Apply)")
		}
		if _, hidden := op.(applyOnly); trusting != hidden {
			t.Errorf("%T: trusting Apply is %v", op, trusting)
		}
		w.X[3] += 1e-6
		if c, err = Issue(op, b, cert, w); err != nil {
			t.Fatal(err)
		}
		if v, err = Verify(op, b, c, w); err != nil || v.Valid {
			t.Errorf("%T: a wrong x is accepted: %v", op, err)
		}
	}
}

// TestLargeComputedOperator: 2¹⁰×2¹⁶ entries are not read one by one.
func TestLargeComputedOperator(t *testing.T) {
	rows := make([]int, 1<<10)
	for i := range rows {
		rows[i] = 7*i + 1
	}
	op := linop.PartialDCT(rows, 1<<16)
	b := make([]float64, len(rows))
	b[5] = 2
	w := Witness{X: make([]float64, 1<<16), Y: b}
	op.ApplyT(w.X, b)
	c, err := Issue(op, b, Certificate{Claim: MinNorm, Tol: 1e-9}, w)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := Verify(op, b, c, w); err != nil || !v.Valid {
		t.Errorf("%v %+v", err, v.Failed())
	}
}
