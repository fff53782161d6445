package linop

import "slices"

// The products of this file run on all ranks at once. On rank 0 the arguments
// are those of the operator; the other ranks pass nil and receive their share.

func (s *Shard) apply(dst, x []float64) {
	x = s.scatter(x)
	s.sum(s.n, func(part []float64, a Operator, p int) {
		lo, hi := s.own(p)
		a.Apply(part, x[lo:hi])
	}, add, func(total []float64) { copy(dst, total) })
}

func (s *Shard) applyT(dst, y []float64) {
	y = s.shared(y, s.n)
	s.gather(dst, func(part []float64) {
		s.each(func(a Operator, lo, hi int) { a.ApplyT(part[lo:hi], y) })
	})
}

// normalMul and gram take weights d for the columns where weighted.
func (s *Shard) normalMul(dst, d, v []float64, weighted bool) {
	part := s.weights(d, weighted)
	v = s.shared(v, s.n)
	s.sum(s.n, func(out []float64, a Operator, p int) { NormalMul(a, out, part(p), v) },
		add, func(total []float64) { copy(dst, total) })
}

// gram adds up triangles, row below row.
func (s *Shard) gram(dst, d []float64, weighted bool) {
	n := s.n
	part := s.weights(d, weighted)
	full := getWork(n * n)
	defer putWork(full)
	s.sum(n*(n+1)/2, func(packed []float64, a Operator, p int) {
		Gram(a, full.f, part(p))
		at := 0
		for i := range n {
			at += copy(packed[at:], full.f[i*n:i*n+i+1])
		}
	}, add, func(packed []float64) {
		for i := range n {
			row := dst[i*n : i*n+i+1]
			packed = packed[copy(row, packed):]
		}
	})
}

// weights distributes d and returns the part of a panel; nil if not weighted.
func (s *Shard) weights(d []float64, weighted bool) func(p int) []float64 {
	if !weighted {
		return func(int) []float64 { return nil }
	}
	d = s.scatter(d)
	return func(p int) []float64 {
		lo, hi := s.own(p)
		return d[lo:hi]
	}
}

// shared gives v, of the given length, to all ranks.
func (s *Shard) shared(v []float64, length int) []float64 {
	if s.comm.Rank() > 0 {
		v = make([]float64, length)
	}
	Broadcast(s.comm, v)
	return v
}

// someColumns copies columns to dst on rank 0, from where they are.
func (s *Shard) someColumns(dst []float64, idx []int, count int) {
	n, me := s.n, s.comm.Rank()
	list := s.shared(floats(idx), count)
	places := make([][]int, s.comm.Size()) // of the columns that a rank holds, in idx
	for k, j := range list {
		r := s.owner(s.panelOf(int(j)))
		places[r] = append(places[r], k)
	}
	out := make([]float64, len(places[me])*n)
	for k := 0; k < len(places[me]); { // neighbours of one panel together
		p := s.panelOf(int(list[places[me][k]]))
		var local []int
		for _, at := range places[me][k:] {
			if j := int(list[at]); s.panelOf(j) == p {
				local = append(local, j-s.edges[p])
				continue
			}
			break
		}
		Columns(s.parts[p-s.first], out[k*n:(k+len(local))*n], local)
		k += len(local)
	}
	if me > 0 {
		s.comm.Send(0, out)
		return
	}
	for r, at := range places {
		if r > 0 {
			out = make([]float64, len(at)*n)
			s.comm.Recv(r, out)
		}
		for k, to := range at {
			copy(dst[to*n:(to+1)*n], out[k*n:(k+1)*n])
		}
	}
}

// panelOf returns the panel of column j.
func (s *Shard) panelOf(j int) int {
	p, found := slices.BinarySearch(s.edges, j)
	if !found {
		p--
	}
	return p
}

// row collects row i in full.
func (s *Shard) row(dst []float64, i int) {
	s.gather(dst, func(part []float64) {
		clear(part)
		s.each(func(a Operator, lo, _ int) { Row(a, i, func(j int, v float64) { part[lo+j] = v }) })
	})
}

func (s *Shard) colNorms(dst, w []float64, weighted bool) {
	if weighted {
		w = s.shared(w, s.n)
	}
	s.gather(dst, func(part []float64) {
		s.each(func(a Operator, lo, hi int) { weightedColumnNorms(a, part[lo:hi], w) })
	})
}

func (s *Shard) rwNorms(dst, w []float64, weighted bool) {
	part := s.weights(w, weighted)
	s.sum(s.n, func(out []float64, a Operator, p int) { weightedRowNorms(a, out, part(p)) },
		hypot, func(total []float64) { copy(dst, total) })
}

func floats(idx []int) []float64 {
	v := make([]float64, len(idx))
	for k, j := range idx {
		v[k] = float64(j)
	}
	return v
}
