// Package linop holds the matrices of tacit: dense, sparse and matrix-free,
// their compositions, and the few products that solvers ask of them.
//
// # Mathematics
//
// A is n×m: n measurements of m unknowns. Every operator offers
//
//	Apply   dst = A x      x has length m, dst length n
//	ApplyT  dst = Aᵀ y     y has length n, dst length m
//
// and nothing else is required. What can be had cheaper than by these two is
// a capability, an optional interface: Columner, Grammer, NormalMuler,
// ColumnNormer, RowNormer, Rower. The package functions of the same names take
// any Operator, use the capability where it exists and fall back on the two
// products where it does not.
//
// # Operators
//
// Entries in memory: Dense, CSC, CSR. By formula: PartialDCT, DCT2D,
// PartialHadamard, Convolution, Convolution2D, WaveletTransform,
// WaveletTransform2D, Sample, Diagonal, RandomSigns, Marginals. Made of others:
// Transpose, Scale, Select, Stack, Compose. Spread over processes: Shard. Stored tells the first kind from
// the second.
//
// Norms of columns and rows are exact to rounding and cheap, a few products,
// with one exception: Compose forms all columns, or rows, if it knows nothing
// of its factors that would spare it, at one product each.
//
// # Conventions
//
// The destination comes first and is overwritten; it must not overlap an
// input. Inputs are never modified. Every operator may be used by several
// goroutines at once. A result has the same bits for any number of threads.
// Wrong lengths are errors of the program and panic.
//
// Products with a vector skip its zero entries where that pays, so a NaN or an
// infinity stored in A may go unseen: check the entries when they are read.
package linop

// Operator is a linear map x ↦ A x from m unknowns to n measurements.
type Operator interface {
	// Dims returns the number n of rows and the number m of columns.
	Dims() (n, m int)
	// Apply sets dst = A x; dst has length n, x length m.
	Apply(dst, x []float64)
	// ApplyT sets dst = Aᵀ y; dst has length m, y length n.
	ApplyT(dst, y []float64)
}

// Columner is an Operator that can produce single columns.
type Columner interface {
	// Columns copies column idx[k] to dst[k*n:(k+1)*n]: dst is row-major
	// len(idx)×n, that is (A_idx)ᵀ. Indices may repeat and need no order.
	Columns(dst []float64, idx []int)
}

// Grammer is an Operator that can form A diag(d) Aᵀ.
type Grammer interface {
	// Gram sets the lower triangle, diagonal included, of the row-major n×n
	// matrix dst to A diag(d) Aᵀ; d has length m, nil means ones. The strict
	// upper triangle of dst is unspecified afterwards.
	Gram(dst, d []float64)
}

// NormalMuler is an Operator that can multiply by A diag(d) Aᵀ at less than
// the price of two products.
type NormalMuler interface {
	// NormalMul sets dst = A diag(d) Aᵀ v; d has length m (nil means ones),
	// v and dst have length n.
	NormalMul(dst, d, v []float64)
}

// ColumnNormer is an Operator that knows the Euclidean norms of its columns.
type ColumnNormer interface {
	// ColumnNorms sets dst[j] to the Euclidean norm of column j, without
	// overflow or underflow of the squares; dst has length m.
	ColumnNorms(dst []float64)
}

// RowNormer is an Operator that knows the Euclidean norms of its rows.
type RowNormer interface {
	// RowNorms sets dst[i] to the Euclidean norm of row i, without overflow or
	// underflow of the squares; dst has length n.
	RowNorms(dst []float64)
}

// Rower is an Operator whose entries can be read row by row.
type Rower interface {
	// Row calls visit(j, A_ij) for the stored entries of row i by increasing
	// j. Entries that are not visited are zero; a visited one may be zero too.
	Row(i int, visit func(j int, v float64))
}

const (
	errDims  = "linop: negative dimension"
	errShape = "linop: vector length does not match the operator"
	errIndex = "linop: index out of range"
)

// check panics unless dst and src have the lengths that an n×m product wants.
func check(dst, src []float64, n, m int) {
	if len(dst) != n || len(src) != m {
		panic(errShape)
	}
}

// checkGram panics unless dst is n×n and d is nil or has length m.
func checkGram(dst, d []float64, n, m int) {
	if len(dst) != n*n || (d != nil && len(d) != m) {
		panic(errShape)
	}
}

// checkNormal panics unless the arguments of NormalMul fit an n×m operator.
func checkNormal(dst, d, v []float64, n, m int) {
	if len(dst) != n || len(v) != n || (d != nil && len(d) != m) {
		panic(errShape)
	}
}

// checkNorms panics unless dst has length n and the weights w are nil or have
// length m.
func checkNorms(dst, w []float64, n, m int) {
	if len(dst) != n || (w != nil && len(w) != m) {
		panic(errShape)
	}
}
