package instance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"math"
	"os"
	"strconv"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden hashes")

type digest struct{ bytes []byte }

func (d *digest) floats(x []float64) {
	for _, v := range x {
		d.word(math.Float64bits(v))
	}
}

func (d *digest) word(u uint64) {
	for k := range 8 {
		d.bytes = append(d.bytes, byte(u>>(8*k)))
	}
}

func (d *digest) sum() string {
	h := sha256.Sum256(d.bytes)
	return hex.EncodeToString(h[:16])
}

func (d *digest) matrix(p *Problem) {
	d.floats(p.Dense)
	for _, v := range p.ColPtr {
		d.word(uint64(v))
	}
	for _, v := range p.RowIdx {
		d.word(uint64(v))
	}
	d.floats(p.Val)
	for _, v := range p.Rows {
		d.word(uint64(v))
	}
}

func hashMatrix(p *Problem) string {
	var d digest
	d.matrix(p)
	return d.sum()
}

func hashAX(p *Problem) string {
	var d digest
	d.matrix(p)
	d.floats(p.X)
	return d.sum()
}

func hashAll(p *Problem) string {
	var d digest
	d.matrix(p)
	d.floats(p.X)
	d.floats(p.B)
	return d.sum()
}

// The bytes of an instance are part of every number that was ever measured on
// it: they do not change, neither with the platform nor with the Go version.
func TestGolden(t *testing.T) {
	specs := map[string]Sparse{
		"bernoulli": {Ensemble: Bernoulli, N: 30, M: 70, K: 5, Noise: 0.01, Seed: 9},
		"ziggurat":  {Ensemble: Gaussian, N: 100, M: 200, K: 5, Ziggurat: true, Seed: 9}, // tails and wedges included
		"range":     {Ensemble: Gaussian, N: 30, M: 70, K: 40, Range: 1e5, Seed: 9},
	}
	for _, id := range []string{"B1", "B8", "B9", "B9s", "B10", "B12", "B12s", "B13"} {
		for _, seed := range []uint64{1, 2} {
			s, err := Family(id, seed)
			if err != nil {
				t.Fatal(err)
			}
			specs[id+" "+strconv.FormatUint(seed, 10)] = s
		}
	}
	got := map[string]string{}
	for name, s := range specs {
		got[name] = hashAll(generate(t, s))
	}
	const file = "testdata/golden.json"
	if *rewrite {
		data, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	if len(want) != len(got) {
		t.Errorf("%d golden hashes for %d instances", len(want), len(got))
	}
	for name := range got {
		if got[name] != want[name] {
			t.Errorf("%s: hash %s, want %s", name, got[name], want[name])
		}
	}
}

func TestFamilies(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Families() {
		if seen[f.ID] || f.About == "" {
			t.Errorf("family %q appears twice or says nothing", f.ID)
		}
		seen[f.ID] = true
		s, err := Family(f.ID, 7)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.check(); err != nil {
			t.Errorf("%s: %v", f.ID, err)
		}
	}
	if _, err := Family("B99", 1); err == nil {
		t.Error("B99 exists")
	}
}
