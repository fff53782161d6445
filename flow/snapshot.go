package flow

import "fmt"

// Snapshot is a checkpoint as arrays of numbers with names, as files have them.
type Snapshot []Section

// Section is one of the arrays, of Rows rows.
type Section struct {
	Name   string
	Rows   int
	Values []float64
}

// add appends an array of one row.
func (s *Snapshot) add(name string, values ...float64) {
	*s = append(*s, Section{name, 1, append([]float64(nil), values...)})
}

// addRows appends an array of rows.
func (s *Snapshot) addRows(name string, rows [][]float64) {
	var all []float64
	for _, r := range rows {
		all = append(all, r...)
	}
	*s = append(*s, Section{name, len(rows), all})
}

// snapshotReader takes a Snapshot apart; the first fault is kept.
type snapshotReader struct {
	sections map[string]Section
	err      error
}

func (s Snapshot) reader() *snapshotReader {
	r := &snapshotReader{sections: map[string]Section{}}
	for _, section := range s {
		r.sections[section.Name] = section
	}
	return r
}

// take returns the numbers of a section; length −1 allows any.
func (r *snapshotReader) take(name string, length int) []float64 {
	s, ok := r.sections[name]
	if !ok || length >= 0 && len(s.Values) != length {
		if r.err == nil {
			r.err = fmt.Errorf("flow: the checkpoint is of another run: its %q has %d numbers, want %d", name, len(s.Values), length)
		}
		return make([]float64, max(length, 0))
	}
	return append([]float64(nil), s.Values...)
}

// rows returns the rows of a section.
func (r *snapshotReader) rows(name string, count, length int) [][]float64 {
	all := r.take(name, count*length)
	out := make([][]float64, count)
	for i := range out {
		out[i] = all[i*length : (i+1)*length : (i+1)*length]
	}
	return out
}
