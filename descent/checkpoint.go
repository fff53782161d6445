package descent

import "fmt"

// Checkpoint is all that a run needs to go on to the same bits, besides what it
// was made of.
type Checkpoint struct {
	K       int
	T, Eta  float64
	Begin   float64 // relative residual of the start
	Vectors []Vector
}

// Checkpoint copies the state of the run.
func (r *Run) Checkpoint() Checkpoint {
	c := Checkpoint{K: r.at.k, T: r.at.t, Eta: r.at.eta, Begin: r.at.begin}
	for _, v := range r.Method.Vectors() {
		c.Vectors = append(c.Vectors, Vector{v.Name, append([]float64(nil), v.Values...)})
	}
	return c
}

// Resume puts the run into the state of a checkpoint of a run with the same
// method; nothing is changed on error.
func (r *Run) Resume(c Checkpoint) error {
	state := r.Method.Vectors()
	if c.K < 0 || len(c.Vectors) != len(state) {
		return fmt.Errorf("the checkpoint is not one of %s", r.Method.Name())
	}
	for i, v := range state {
		if c.Vectors[i].Name != v.Name || len(c.Vectors[i].Values) != len(v.Values) {
			return fmt.Errorf("the checkpoint has %s of length %d where %s has %s of length %d",
				c.Vectors[i].Name, len(c.Vectors[i].Values), r.Method.Name(), v.Name, len(v.Values))
		}
	}
	for i, v := range state {
		copy(v.Values, c.Vectors[i].Values)
	}
	r.Method.Restored()
	r.at = position{k: c.K, t: c.T, eta: c.Eta, begin: c.Begin}
	return nil
}
