package theorem

import "slices"

// All returns the experiments in the order of the lecture.
func All() []Experiment {
	return slices.Concat(
		leastNorm(),
		sparseLimit(),
		sensing(),
		xSpace(),
		bregman(),
		mirrorDescent(),
		reparameterization(),
		smallStart(),
		margins(),
		deepNetworks(),
		matrices(),
		spectral(),
	)
}

// Find returns the experiment with an ID.
func Find(id string) (Experiment, bool) {
	all := All()
	k := slices.IndexFunc(all, func(e Experiment) bool { return e.ID == id })
	if k < 0 {
		return Experiment{}, false
	}
	return all[k], true
}

// IDs lists the IDs in the order of All.
func IDs() []string {
	var ids []string
	for _, e := range All() {
		ids = append(ids, e.ID)
	}
	return ids
}
