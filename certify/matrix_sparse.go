package certify

import (
	"cmp"
	"math"
	"slices"
)

// sparse is a p×q matrix by rows with a bound on its error: the true matrix is
// within err of it in the Frobenius norm.
type sparse struct {
	p, q int
	ptr  []int
	col  []int
	val  []float64
	err  float64
}

// builder sums Σ y_k A_k, in compensated arithmetic where entries meet.
type builder struct {
	p, q int
	sym  bool
	sums []acc // dense, where p·q is small
	list []term
}

type term struct {
	at   int
	v, y float64
}

// denseSums is the number of entries up to which all sums are kept.
const denseSums = 1 << 20

func newBuilder(p, q int, sym bool) *builder {
	b := &builder{p: p, q: q, sym: sym}
	if p*q <= denseSums {
		b.sums = make([]acc, p*q)
	}
	return b
}

// add adds y·v at (i, j), or half of it there and half at (j, i): at once in the
// list, in the end where all sums are kept.
func (b *builder) add(i, j int, v, y float64) {
	if b.sums != nil {
		b.sums[i*b.q+j].add(v, y)
		return
	}
	put := func(at int, v float64) { b.list = append(b.list, term{at, v, y}) }
	if !b.sym || i == j {
		put(i*b.q+j, v)
		return
	}
	put(i*b.q+j, v/2)
	put(j*b.q+i, v/2)
}

// finish returns the sum; most bounds the number of products that meet in a
// place.
func (b *builder) finish(most int) sparse {
	m := sparse{p: b.p, q: b.q, ptr: make([]int, b.p+1)}
	var err float64
	put := func(at int, s acc, n int) {
		e := s.estimate(n)
		if e.zero() {
			return
		}
		m.ptr[at/b.q+1]++
		m.col, m.val = append(m.col, at%b.q), append(m.val, e.val)
		err += e.err * e.err
	}
	if b.sums != nil {
		for at := range b.sums {
			if s := b.sum(at); s.abs != 0 {
				put(at, s, most)
			}
		}
	} else {
		slices.SortStableFunc(b.list, func(s, t term) int { return cmp.Compare(s.at, t.at) })
		for lo := 0; lo < len(b.list); {
			var s acc
			hi := lo
			for hi < len(b.list) && b.list[hi].at == b.list[lo].at {
				s.add(b.list[hi].v, b.list[hi].y)
				hi++
			}
			put(b.list[lo].at, s, hi-lo)
			lo = hi
		}
	}
	for i := range b.p {
		m.ptr[i+1] += m.ptr[i]
	}
	m.err = raise(math.Sqrt(err) * (1 + float64(len(m.val)+8)*unit))
	return m
}

// sum returns the sum at a place, of a symmetric matrix half of those at (i, j) and
// (j, i) together.
func (b *builder) sum(at int) acc {
	s := b.sums[at]
	if !b.sym {
		return s
	}
	s.merge(b.sums[at%b.q*b.q+at/b.q])
	return acc{s.hi / 2, s.lo / 2, s.abs / 2}
}

// mul returns M V for a q×r matrix V, with a bound on its error in the Frobenius
// norm; transposed, MᵀV for a p×r one.
func (m sparse) mul(v []float64, r int, transposed bool) (out []float64, err float64) {
	n := m.p
	if transposed {
		n = m.q
	}
	sums := make([]acc, n*r)
	count := make([]int, n)
	for i := range m.p {
		for e := m.ptr[i]; e < m.ptr[i+1]; e++ {
			from, to := m.col[e], i
			if transposed {
				from, to = i, m.col[e]
			}
			count[to]++
			s, x := sums[to*r:(to+1)*r], v[from*r:(from+1)*r]
			for a := range s {
				s[a].add(m.val[e], x[a])
			}
		}
	}
	out = make([]float64, n*r)
	var square float64
	for k, s := range sums {
		e := s.estimate(count[k/max(r, 1)])
		out[k] = e.val
		square += e.err * e.err
	}
	return out, raise(math.Sqrt(square)*(1+float64(len(sums)+8)*unit) + m.err*normOf(v).up())
}

// norm bounds ‖M‖_F from above.
func (m sparse) norm() float64 { return raise(normOf(m.val).up() + m.err) }

// dense returns the entries.
func (m sparse) dense() []float64 {
	a := make([]float64, m.p*m.q)
	for i := range m.p {
		for e := m.ptr[i]; e < m.ptr[i+1]; e++ {
			a[i*m.q+m.col[e]] = m.val[e]
		}
	}
	return a
}

// transposed returns Mᵀ.
func (m sparse) transposed() sparse {
	t := sparse{p: m.q, q: m.p, ptr: make([]int, m.q+1), col: make([]int, len(m.col)), val: make([]float64, len(m.val)), err: m.err}
	for _, j := range m.col {
		t.ptr[j+1]++
	}
	for j := range m.q {
		t.ptr[j+1] += t.ptr[j]
	}
	next := slices.Clone(t.ptr)
	for i := range m.p {
		for e := m.ptr[i]; e < m.ptr[i+1]; e++ {
			k := next[m.col[e]]
			next[m.col[e]]++
			t.col[k], t.val[k] = i, m.val[e]
		}
	}
	return t
}
