package certify

import "math"

// sampled proves ‖W‖ < level by random vectors, where W is too large to be written
// out, at one level that is chosen before anything is drawn. It amplifies what
// filter does, and needs some dozens of products with W where that needs several for
// every column.
type sampled struct {
	f      *filter
	level  float64
	proven bool
}

// sampled draws under the name of a proof of its own.
func (q *matrixProblem) sampled(proof string) *sampled {
	f := q.filter()
	norm := f.high
	if !q.psd {
		norm = math.Sqrt(max(0, norm))
	}
	s := &sampled{f: f}
	switch {
	case norm < 0.998:
		s.level = 0.999
	case norm < 1:
		s.level = 1 - (1-norm)/4
	default:
		s.level = norm * 1.01
	}
	top := s.level
	if !q.psd {
		top *= s.level
	}
	center, half := (f.alpha+f.beta)/2, f.scale()
	a := amplifier{dim: f.k, room: f.k, g: (top - center) / half * (1 - 8*unit), eps: f.eps}
	a.work = func() func(x, y, z []float64) {
		w := f.room(1)
		return func(x, y, z []float64) {
			f.apply(z, x, 1, w)
			for i, v := range x {
				z[i] = 2*(z[i]-center*v)/half - y[i]
			}
		}
	}
	var c Check
	if c, s.proven = a.excluded("‖P_T⊥ Σ y_kA_k‖", q.failure, q.seeds(proof)); s.proven {
		q.drawn = append(q.drawn, c)
	}
	return s
}

func (s *sampled) below(level float64) bool { return s.proven && level >= s.level }

func (s *sampled) margin(level float64) float64 { return s.f.margin(level) }
