package linop

// The commands of rank 0. A command is three numbers: what to do, whether there
// are weights or how many columns, and which row.
const (
	cmdStop = iota
	cmdApply
	cmdApplyT
	cmdNormalMul
	cmdGram
	cmdColumns
	cmdRow
	cmdColumnNorms
	cmdRowNorms
	cmdPart
)

// Serve answers rank 0 until it calls Close. All ranks but 0 call it.
func (s *Shard) Serve() {
	for {
		var c [3]float64
		Broadcast(s.comm, c[:])
		weighted := c[1] != 0
		switch int(c[0]) {
		case cmdStop:
			return
		case cmdApply:
			s.apply(nil, nil)
		case cmdApplyT:
			s.applyT(nil, nil)
		case cmdNormalMul:
			s.normalMul(nil, nil, nil, weighted)
		case cmdGram:
			s.gram(nil, nil, weighted)
		case cmdColumns:
			s.someColumns(nil, nil, int(c[1]))
		case cmdRow:
			s.row(nil, int(c[2]))
		case cmdColumnNorms:
			s.colNorms(nil, nil, weighted)
		case cmdRowNorms:
			s.rwNorms(nil, nil, weighted)
		case cmdPart:
			s.runPart(nil, nil, nil, int(c[1]), nil)
		default:
			s.comm.Abort("linop: a command that makes no sense")
		}
	}
}

// Close ends Serve on the other ranks, after a product that is under way. To use
// the matrix after it panics.
func (s *Shard) Close() { s.command(cmdStop, 0, 0, func() { s.closed = true }) }

// command sends a command and does rank 0's part in it.
func (s *Shard) command(what, count, row int, do func()) {
	if s.comm.Rank() != 0 {
		panic("linop: a shard is a matrix on rank 0 only")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		panic("linop: a shard is used after Close")
	}
	Broadcast(s.comm, []float64{float64(what), float64(count), float64(row)})
	do()
}

// given is 1 if there are weights.
func given(w []float64) int {
	if w == nil {
		return 0
	}
	return 1
}

// Dims returns the shape of the whole matrix.
func (s *Shard) Dims() (n, m int) { return s.n, s.m }

// NNZ returns the number of entries that the ranks hold; n·m for a dense matrix.
func (s *Shard) NNZ() int { return s.nnz }

// Apply sets dst = A x: m numbers go out, sums of n come back.
func (s *Shard) Apply(dst, x []float64) {
	check(dst, x, s.n, s.m)
	s.command(cmdApply, 0, 0, func() { s.apply(dst, x) })
}

// ApplyT sets dst = Aᵀ y: n numbers go out, m come back.
func (s *Shard) ApplyT(dst, y []float64) {
	check(dst, y, s.m, s.n)
	s.command(cmdApplyT, 0, 0, func() { s.applyT(dst, y) })
}

// NormalMul sets dst = A diag(d) Aᵀ v; what is as long as x stays where it is,
// but for d.
func (s *Shard) NormalMul(dst, d, v []float64) {
	checkNormal(dst, d, v, s.n, s.m)
	s.command(cmdNormalMul, given(d), 0, func() { s.normalMul(dst, d, v, d != nil) })
}

// Gram sets the lower triangle of dst to A diag(d) Aᵀ: each rank forms that of
// its columns, and n(n+1)/2 numbers are added up.
func (s *Shard) Gram(dst, d []float64) {
	checkGram(dst, d, s.n, s.m)
	s.command(cmdGram, given(d), 0, func() { s.gram(dst, d, d != nil) })
}

// Columns brings single columns to rank 0.
func (s *Shard) Columns(dst []float64, idx []int) {
	if len(dst) != len(idx)*s.n {
		panic(errShape)
	}
	checkIndices(idx, s.m)
	for len(idx) > 0 { // what is on its way at once is bounded
		k := min(len(idx), panel)
		s.command(cmdColumns, k, 0, func() { s.someColumns(dst[:k*s.n], idx[:k], k) })
		dst, idx = dst[k*s.n:], idx[k:]
	}
}

// Row visits the nonzero entries of row i, after m numbers have come to rank 0.
func (s *Shard) Row(i int, visit func(j int, v float64)) {
	if uint(i) >= uint(s.n) {
		panic(errIndex)
	}
	w := getWork(s.m)
	defer putWork(w)
	s.command(cmdRow, 0, i, func() { s.row(w.f, i) })
	for j, v := range w.f {
		if v != 0 {
			visit(j, v)
		}
	}
}

// ColumnNorms sets dst[j] = ‖column j‖₂.
func (s *Shard) ColumnNorms(dst []float64) { s.columnNorms(dst, nil) }

// RowNorms sets dst[i] = ‖row i‖₂.
func (s *Shard) RowNorms(dst []float64) { s.rowNorms(dst, nil) }

func (s *Shard) columnNorms(dst, w []float64) {
	checkNorms(dst, w, s.m, s.n)
	s.command(cmdColumnNorms, given(w), 0, func() { s.colNorms(dst, w, w != nil) })
}

func (s *Shard) rowNorms(dst, w []float64) {
	checkNorms(dst, w, s.n, s.m)
	s.command(cmdRowNorms, given(w), 0, func() { s.rwNorms(dst, w, w != nil) })
}
