package sweep

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"

	"github.com/tacit-dev/tacit/internal/instance"
)

// Cell is one trial of one point.
type Cell struct {
	Index, Point, Trial int

	Algorithm string
	Instance  instance.Sparse // what is solved; its name and seed key its randomness
	Geometry  string
	LogAlpha  *float64 // nil: not given

	Param   string   // of flow and descend, "": the geometry
	LogTime *float64 // at which a flow ends, nil: not given
	Clock   *float64 // the same in units of ln(1/α)
	Step    float64  // of descend, 0: by Armijo's rule
	Batch   int
}

// Cell returns the cell of an index, 0 ≤ index < Cells: a function of the
// specification and the index alone.
func (s *Spec) Cell(index int) Cell {
	c := Cell{Index: index, Point: index / s.Trials, Trial: index % s.Trials, Algorithm: defaults["algorithm"]}
	c.Instance = instance.Sparse{
		Name: "sweep " + s.Hash(), Seed: uint64(index),
		Ensemble: defaults["ensemble"], NNZ: 20, Width: 0.01, Gap: 0.05, Ziggurat: true,
	}
	set := s.point(c.Point)
	c.apply(set)
	return c
}

// point returns the values of all parameters at a point.
func (s *Spec) point(point int) map[string]value {
	set := make(map[string]value, len(s.fixed)+len(s.axes))
	for name, v := range s.fixed {
		set[name] = v
	}
	if s.points > 0 {
		r := s.design(point)
		for _, a := range s.axes {
			set[a.name] = a.draw(float64(r.Uint64()>>11) * 0x1p-53)
		}
		return set
	}
	for i := len(s.axes) - 1; i >= 0; i-- { // the last varies fastest
		a := s.axes[i]
		set[a.name] = a.values[point%len(a.values)]
		point /= len(a.values)
	}
	return set
}

// design is the randomness that places a point of a random design.
func (s *Spec) design(point int) *rand.ChaCha8 {
	h := sha256.New()
	h.Write([]byte("tacit sweep design 1\x00"))
	h.Write(s.hash[:])
	var index [8]byte
	binary.LittleEndian.PutUint64(index[:], uint64(point))
	h.Write(index[:])
	return rand.NewChaCha8([32]byte(h.Sum(nil)))
}

// apply sets the parameters. n and k follow from delta and rho by rounding to
// the nearest whole number, and k is at least 1.
func (c *Cell) apply(set map[string]value) {
	p := &c.Instance
	number := func(name string, dst *float64) {
		if v, ok := set[name]; ok {
			*dst = v.num
		}
	}
	whole := func(name string, dst *int) {
		if v, ok := set[name]; ok {
			*dst = int(v.num)
		}
	}
	word := func(name string, dst *string) {
		if v, ok := set[name]; ok {
			*dst = v.text
		}
	}
	word("algorithm", &c.Algorithm)
	word("ensemble", &p.Ensemble)
	word("geometry", &c.Geometry)
	word("param", &c.Param)
	number("step", &c.Step)
	whole("batch", &c.Batch)
	p.Nonneg = set["nonneg"].num == 1
	whole("m", &p.M)
	whole("n", &p.N)
	whole("k", &p.K)
	whole("nnz", &p.NNZ)
	number("width", &p.Width)
	number("gap", &p.Gap)
	number("range", &p.Range)
	number("noise", &p.Noise)
	if v, ok := set["delta"]; ok {
		p.N = int(math.Round(float64(v.num * float64(p.M))))
	}
	if v, ok := set["rho"]; ok {
		p.K = max(1, int(math.Round(float64(v.num*float64(p.N)))))
	}
	for name, dst := range map[string]**float64{"alpha": &c.LogAlpha, "time": &c.LogTime, "clock": &c.Clock} {
		if v, ok := set[name]; ok {
			*dst = &v.num
		}
	}
	if c.Geometry == "" && c.Algorithm == AlgorithmNearest {
		c.Geometry = "entropy"
	}
}
