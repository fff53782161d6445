package certify

import (
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// digitMutations returns text with each decimal digit changed, one at a time.
func digitMutations(text string) []string {
	var out []string
	for i, c := range []byte(text) {
		if c >= '0' && c <= '9' {
			out = append(out, text[:i]+string('0'+(c-'0'+1)%10)+text[i+1:])
		}
	}
	return out
}

// mutations returns v with each significant digit changed, one at a time.
func mutations(v float64) []float64 {
	var out []float64
	for _, text := range digitMutations(strconv.FormatFloat(v, 'e', 16, 64)) {
		if w, err := strconv.ParseFloat(text, 64); err == nil && w != v {
			out = append(out, w)
		}
	}
	return out
}

// TestEveryDigitOfTheFileCounts changes each digit of certificate.json.
func TestEveryDigitOfTheFileCounts(t *testing.T) {
	for _, in := range instances() {
		text, err := in.issue(t).Encode()
		if err != nil {
			t.Fatal(err)
		}
		c, err := Decode(text)
		if err != nil {
			t.Fatalf("%s: %v", in.name, err)
		}
		if v := verify(t, in, c); !v.Valid {
			t.Fatalf("%s: the file itself is rejected: %+v", in.name, v.Failed())
		}
		for _, mutant := range digitMutations(string(text)) {
			c, err := Decode([]byte(mutant))
			if err != nil {
				continue // not even a certificate
			}
			if verify(t, in, c).Valid {
				t.Errorf("%s: accepted\n%s", in.name, mutant)
			}
		}
	}
}

// TestWordsOfTheFileCount replaces values that have no digits.
func TestWordsOfTheFileCount(t *testing.T) {
	swaps := [][2]string{
		{"true", "false"}, {"true", "null"}, {"false", "true"}, {"l1-nonneg", "l1"}, {`"l1"`, `"l1-nonneg"`},
		{"inconsistent", "infeasible-nonneg"}, {"infeasible-nonneg", "inconsistent"}, {"entropy", "hypentropy"},
		{"min-norm", "l1"}, {`"weights": null`, `"weights": "w.npy"`},
	}
	for _, in := range instances() {
		text, err := in.issue(t).Encode()
		if err != nil {
			t.Fatal(err)
		}
		for _, swap := range swaps {
			if !strings.Contains(string(text), swap[0]) {
				continue
			}
			c, err := Decode([]byte(strings.Replace(string(text), swap[0], swap[1], 1)))
			if err == nil && verify(t, in, c).Valid {
				t.Errorf("%s: accepted with %s for %s", in.name, swap[1], swap[0])
			}
		}
	}
}

// TestEveryEntryOfTheVectorsCounts changes each digit of each entry of the
// vectors beside the certificate.
func TestEveryEntryOfTheVectorsCounts(t *testing.T) {
	for _, in := range instances() {
		c := in.issue(t)
		for name, vector := range map[string][]float64{"x": in.w.X, "y": in.w.Y, "weights": in.w.Weights, "start": in.w.Start, "matrix": in.w.Matrix, "other": in.w.Other, "b": in.b} {
			for i, old := range vector {
				for _, v := range mutations(old) {
					vector[i] = v
					if verdict, err := Verify(in.op(), in.b, c, in.w); err == nil && verdict.Valid {
						t.Errorf("%s: accepted %s[%d] = %v for %v", in.name, name, i, v, old)
					}
				}
				vector[i] = old
			}
		}
	}
}

// TestForgedNumbersAreRejected changes the claimed numbers and seals again:
// what the mathematics must catch by itself.
func TestForgedNumbersAreRejected(t *testing.T) {
	for _, in := range instances() {
		good := in.issue(t)
		fields := reflect.ValueOf(good)
		for i := range fields.NumField() {
			field := fields.Type().Field(i)
			var values []any
			switch field.Name {
			case "Rows", "Cols", "Support":
				k := int(fields.Field(i).Int())
				values = []any{k + 1, k - 1, k + 10}
			case "Objective", "Bound", "Gap", "Residual":
				old := fields.Field(i).Float()
				scale := max(math.Abs(good.Objective), math.Abs(good.Bound), 1e-3)
				if good.Claim.farkas() || field.Name == "Gap" {
					scale = max(scale, 1) // these are relative themselves
				}
				for _, v := range append(mutations(old), old+1e-9*scale, old+1e-3*scale, -1-old) {
					if math.Abs(v-old) > 1e-11*scale {
						values = append(values, v)
					}
				}
			case "Claim":
				for _, claim := range []Claim{L1, L1Nonneg, L1Denoise, L1DenoiseNonneg, MinNorm, Bregman, Inconsistent, InfeasibleNonneg, InfeasibleBox, InfeasibleInterior, "trust-me"} {
					if claim == good.Claim || claim == L1 && good.Claim == L1Nonneg || claim.denoise() && good.Claim.denoise() && in.w.X[0] >= 0 || claim == InfeasibleNonneg && good.Claim == Inconsistent {
						continue // the other claim is true as well
					}
					values = append(values, claim)
				}
			case "Unique":
				if good.Unique == nil {
					values = []any{ptr(true), ptr(false)}
				} else {
					values = []any{ptr(!*good.Unique)}
				}
			case "LogAlpha":
				if good.LogAlpha != nil {
					values = []any{ptr(*good.LogAlpha * (1 + 1e-6)), ptr(*good.LogAlpha + 1), (*float64)(nil)}
				}
			case "Geometry":
				for _, name := range []string{"entropy", "burg", "fermi-dirac:0.7,1.6", "fermi-dirac:0.6,1.5", "lp:1.6", "power:3.5", "power-diff:3", "hypentropy:2e-2", "inverse", "fermi-dirac:0,1.1", ""} {
					if name != good.Geometry && !(good.Claim == InfeasibleBox && name == "fermi-dirac:0.6,1.5") {
						values = append(values, name)
					}
				}
			case "Relative":
				values = []any{!good.Relative}
			case "Matrix":
				if good.Matrix != nil {
					values = []any{(*string)(nil)}
				} else {
					values = []any{ptr("k.npy")}
				}
			case "Other":
				if good.Other != nil {
					values = []any{(*string)(nil)}
				} else {
					values = []any{ptr("other.npy")}
				}
			case "Sigma":
				values = []any{ptr(-1.0), ptr(math.NaN())}
				if good.Sigma != nil {
					values = append(values, (*float64)(nil), ptr(*good.Sigma+1), ptr(*good.Sigma+1e-3))
					if good.Claim.farkas() {
						values = []any{ptr(-1.0), ptr(math.NaN()), ptr(*good.Sigma + 1)} // a smaller σ is true as well
					}
				}
			case "Tol":
				values = []any{0.0, -1e-9, 1.0, 10.0}
			}
			for _, v := range values {
				c := good
				reflect.ValueOf(&c).Elem().Field(i).Set(reflect.ValueOf(v))
				c = c.Sealed(in.b, in.w)
				verdict, err := Verify(in.op(), in.b, c, in.w)
				if err == nil && verdict.Valid {
					t.Errorf("%s: accepted %s = %v for %v", in.name, field.Name, v, fields.Field(i))
				}
				exact, err := VerifyExact(in.op(), in.b, c, in.w)
				if err == nil && exact.Valid {
					t.Errorf("%s: accepted exactly %s = %v for %v", in.name, field.Name, v, fields.Field(i))
				}
			}
		}
	}
}

// TestForgedVectorsAreRejected changes the vectors, issues the certificate
// anew and seals it. What is not rejected must still be a proof: VerifyExact
// agrees, and x has moved by no more than the tolerance allows.
func TestForgedVectorsAreRejected(t *testing.T) {
	for _, in := range instances() {
		for name, vector := range map[string][]float64{"x": in.w.X, "y": in.w.Y, "other": in.w.Other} {
			for i, old := range vector {
				for _, v := range append(mutations(old), -old-1, old+1e-6, old-1e-6) {
					vector[i] = v
					c, err := Issue(in.op(), in.b, in.cert, in.w)
					if err != nil {
						continue
					}
					if name == "other" { // claimed by a forger, whatever Issue makes of it
						c.Unique, c.Other = ptr(false), in.cert.Other
						c = c.Sealed(in.b, in.w)
					}
					if !verify(t, in, c).Valid {
						continue
					}
					if exact, err := VerifyExact(in.op(), in.b, c, in.w); err != nil || !exact.Valid {
						t.Errorf("%s: %s[%d] = %v accepted but not exactly: %+v", in.name, name, i, v, exact.Failed())
					}
					// Every column of the instances has entries of about 1.
					if name != "y" && math.Abs(v-old) > 1e-8*max(1, normOf(in.w.X).up()) && !(name == "x" && in.name == "l1-nonneg") {
						t.Errorf("%s: x[%d] = %v accepted for %v", in.name, i, v, old)
					}
				}
				vector[i] = old
			}
		}
	}
}

func TestNonFiniteVectorsAreRejected(t *testing.T) {
	for _, in := range instances() {
		good := in.issue(t)
		for _, vector := range [][]float64{in.w.X, in.w.Y, in.w.Other} {
			for i, old := range vector {
				for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					vector[i] = v
					c := good.Sealed(in.b, in.w)
					for _, check := range []func() (Verdict, error){
						func() (Verdict, error) { return Verify(in.op(), in.b, c, in.w) },
						func() (Verdict, error) { return VerifyExact(in.op(), in.b, c, in.w) },
					} {
						verdict, err := check()
						if err != nil || verdict.Valid || len(verdict.Failed()) == 0 {
							t.Errorf("%s: with %v: %v %v", in.name, v, verdict, err)
						}
					}
				}
				vector[i] = old
			}
		}
	}
}

func TestWrongLengthsAreErrors(t *testing.T) {
	for _, in := range instances() {
		c := in.issue(t)
		w := in.w
		w.Y = append(slices.Clone(w.Y), 1)
		if _, err := Verify(in.op(), in.b, c, w); err == nil {
			t.Errorf("%s: y one too long: no error", in.name)
		}
		if _, err := VerifyExact(in.op(), in.b[:0], c, in.w); err == nil {
			t.Errorf("%s: empty b: no error", in.name)
		}
		w = in.w
		w.X = append(slices.Clone(w.X), make([]float64, in.m+1)...)
		if _, err := Verify(in.op(), in.b, c, w); err == nil {
			t.Errorf("%s: x too long: no error", in.name)
		}
	}
}
