package geometrytest

import (
	"math/big"
	"testing"
)

// The first 60 decimals of e and ln 10 (OEIS A001113, A002392).
func TestExpLog(t *testing.T) {
	for _, c := range []struct {
		name string
		got  *big.Float
		want string
	}{
		{"e", Exp(New(1)), "2.71828182845904523536028747135266249775724709369995957496696763"},
		{"ln 10", Log(New(10)), "2.30258509299404568401799145468436420760110148862877297603332790"},
		{"exp(ln 3)", Exp(Log(New(3))), "3"},
		{"ln exp(-1e6)", Log(Exp(New(-1e6))), "-1000000"},
	} {
		want, _, err := big.ParseFloat(c.want, 10, prec, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		diff := Sub(c.got, want)
		if diff.Abs(diff).Cmp(New(1e-58)) > 0 {
			t.Errorf("%s = %.62f, want %s", c.name, c.got, c.want)
		}
	}
}
