package instance

// Space is memory for the matrix of one problem after another, for loops over many
// small ones. The zero value is ready; it serves one goroutine at a time.
type Space struct{ data []float64 }

// maxKept bounds the entries that a Space keeps: 32 MB.
const maxKept = 1 << 22

// Generate is Sparse.Generate. The problem is valid until the next call.
func (w *Space) Generate(s Sparse) (*Problem, error) { return s.generate(w) }

// entries returns n numbers to be overwritten.
func (w *Space) entries(n int) []float64 {
	if n > maxKept {
		return make([]float64, n)
	}
	if n > len(w.data) {
		w.data = make([]float64, n)
	}
	return w.data[:n:n]
}
