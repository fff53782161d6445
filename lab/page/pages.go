package page

// Pages returns the pages in the order of the lecture.
func Pages() []*Page {
	return append([]*Page{
		&Flow,
		&Simplex,
		&Alpha,
		&L1L2,
		&Reparam,
		&ExactPath,
		&Margin,
	}, further...)
}

// ByID returns the page with an ID, or nil.
func ByID(id string) *Page {
	for _, p := range Pages() {
		if p.ID == id {
			return p
		}
	}
	return nil
}

// further are the pages on matrices, networks, recovery and proofs, which follow.
var further = []*Page{
	&LowRank,
	&Conjecture,
	&Landscape,
	&Phase,
	&Image,
	&OwnData,
	&Certificate,
	&Lecture,
}
