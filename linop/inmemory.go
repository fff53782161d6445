package linop

// Stored reports whether the entries of a are in memory, so that columns, rows
// and A diag(d) Aᵀ are cheap against products: Dense, CSC and CSR matrices and
// their transposes, scalings, selections and stacks, and what ranks share of them. It is false for operators
// that are known by their products only. Solvers use it as a model of costs.
func Stored(a Operator) bool {
	switch a := a.(type) {
	case *Dense, *CSC, *CSR:
		return true
	case *Shard:
		return a.stored
	case transposed:
		return Stored(a.a)
	case *scaled:
		return Stored(a.a)
	case *selection:
		return Stored(a.a)
	case *stack:
		for _, p := range a.parts {
			if !Stored(p) {
				return false
			}
		}
		return true
	}
	return false
}
