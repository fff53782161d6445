package limit

import "strconv"

// Sparse is a vector by its nonzero entries, in increasing order of the index.
type Sparse struct {
	Index []int
	Value []float64
}

// MarshalJSON writes the entries as an object: {"3": 0.5, "17": -1}.
func (s Sparse) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for k, j := range s.Index {
		if k > 0 {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = strconv.AppendInt(out, int64(j), 10)
		out = append(out, '"', ':')
		out = strconv.AppendFloat(out, s.Value[k], 'g', -1, 64)
	}
	return append(out, '}'), nil
}

// sparseOf returns the nonzero entries of x.
func sparseOf(x []float64) Sparse {
	var s Sparse
	for j, v := range x {
		if v != 0 {
			s.Index, s.Value = append(s.Index, j), append(s.Value, v)
		}
	}
	return s
}

// addTo sets x += a·s.
func (s Sparse) addTo(x []float64, a float64) {
	for k, j := range s.Index {
		x[j] += a * s.Value[k]
	}
}
