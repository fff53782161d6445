package certify

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/tacit-dev/tacit/linop"
)

// onRanks runs use on rank 0 with A shared by that many ranks, its panels dense by
// rows, by columns or sparse in turn.
func onRanks(t *testing.T, ranks, n, m int, at func(i, j int) float64, use func(a *linop.Shard)) {
	t.Helper()
	err := linop.RunRanks(ranks, func(c linop.Comm) {
		edges, err := linop.Share(m, c.Rank(), c.Size())
		if err != nil {
			panic(err)
		}
		var parts []linop.Operator
		for p := range len(edges) - 1 {
			w := edges[p+1] - edges[p]
			data := make([]float64, n*w)
			for i := range n {
				for j := range w {
					data[i*w+j] = at(i, edges[p]+j)
				}
			}
			d := linop.NewDense(n, w, data)
			switch edges[p] % 3 {
			case 0:
				parts = append(parts, d)
			case 1:
				cols := make([]float64, n*w)
				idx := make([]int, w)
				for j := range idx {
					idx[j] = j
				}
				d.Columns(cols, idx)
				parts = append(parts, linop.NewDenseColMajor(n, w, cols))
			case 2:
				var rows, at []int
				for k := range data {
					rows, at = append(rows, k/w), append(at, k%w)
				}
				parts = append(parts, linop.FromTriplets(n, w, rows, at, data))
			}
		}
		s, err := linop.NewShard(c, n, m, parts)
		if err != nil {
			panic(err)
		}
		if c.Rank() > 0 {
			s.Serve()
			return
		}
		defer s.Close()
		use(s)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Every certificate of the kit is judged as it is in one process.
func TestKitShared(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(kitDir, "*.json"))
	judged := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var k kitCase
		if err := json.Unmarshal(text, &k); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		c, err := Decode(k.Certificate)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if c.Claim.matrix() || c.Claim.margin() {
			continue // not claims about what is shared
		}
		n, m := len(k.A), len(k.A[0])
		alone := linop.NewDense(n, m, slices.Concat(k.A...))
		w := Witness{X: k.X, Y: k.Y, Weights: k.Weights, Start: k.Start, Matrix: k.Matrix, Other: k.Other}
		for name, verify := range map[string]func(linop.Operator, []float64, Certificate, Witness) (Verdict, error){"Verify": Verify, "VerifyExact": VerifyExact} {
			want, wantErr := verify(alone, k.B, c, w)
			for _, ranks := range []int{1, 2, 3} {
				if ranks > m {
					continue
				}
				onRanks(t, ranks, n, m, func(i, j int) float64 { return k.A[i][j] }, func(a *linop.Shard) {
					v, err := verify(a, k.B, c, w)
					if v.Valid != want.Valid || (err == nil) != (wantErr == nil) {
						t.Errorf("%s of %s on %d ranks: %v, %v; in one process %v, %v", name, file, ranks, v, err, want, wantErr)
					}
					judged++
				})
			}
		}
	}
	if judged < 100 {
		t.Errorf("only %d verdicts", judged)
	}
}

// The numbers of a certificate have the same bits for any number of ranks, and the
// bounds that go with them cover the difference to one process.
func TestSharedProducts(t *testing.T) {
	const n, m = 9, 50
	rng := rand.New(rand.NewPCG(8, 8))
	data, b, x, y := make([]float64, n*m), make([]float64, n), make([]float64, m), make([]float64, n)
	for _, v := range [][]float64{data, b, x, y} {
		for i := range v {
			v[i] = rng.NormFloat64()
		}
	}
	alone, _ := multiply(linop.NewDense(n, m, data), b, x, y)
	var first products
	for _, ranks := range []int{1, 2, 3, 5, 16} {
		onRanks(t, ranks, n, m, func(i, j int) float64 { return data[i*m+j] }, func(a *linop.Shard) {
			p, ok := multiply(a, b, x, y)
			if !ok {
				t.Fatal("refused")
			}
			norms, columns := p.norms(), p.columns([]int{3, 17, 49})
			p.norms, p.columns = nil, nil
			if ranks == 1 {
				first = p
			}
			if !reflect.DeepEqual(p, first) {
				t.Errorf("%d ranks give other products than one", ranks)
			}
			near := func(what string, got, want []estimate) {
				for i := range got {
					if d := got[i].val - want[i].val; !(max(d, -d) <= got[i].err+want[i].err) {
						t.Errorf("%s %d is %v on %d ranks and %v in one process", what, i, got[i], ranks, want[i])
					}
				}
			}
			near("residual", p.residual, alone.residual)
			near("dual", p.dual, alone.dual)
			near("norm", norms, alone.norms())
			if !slices.Equal(columns, alone.columns([]int{3, 17, 49})) {
				t.Error("other columns")
			}
		})
	}
}
