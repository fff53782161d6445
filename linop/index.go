package linop

// checkIndices panics unless all of idx lie in [0, m).
func checkIndices(idx []int, m int) {
	for _, j := range idx {
		if uint(j) >= uint(m) {
			panic(errIndex)
		}
	}
}

// nonzeros counts the nonzero entries of x.
func nonzeros(x []float64) int {
	k := 0
	for _, v := range x {
		if v != 0 {
			k++
		}
	}
	return k
}

// support returns the indices of the k nonzero entries of x.
func support(x []float64, k int) []int {
	idx := make([]int, 0, k)
	for j, v := range x {
		if v != 0 {
			idx = append(idx, j)
		}
	}
	return idx
}

// pick returns the entries idx of x.
func pick(x []float64, idx []int) []float64 {
	out := make([]float64, len(idx))
	for k, j := range idx {
		out[k] = x[j]
	}
	return out
}

// distinct reports whether no index repeats; all lie in [0, m).
func distinct(idx []int, m int) bool {
	seen := make([]bool, m)
	for _, j := range idx {
		if seen[j] {
			return false
		}
		seen[j] = true
	}
	return true
}
