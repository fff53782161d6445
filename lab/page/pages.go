package page

// Pages returns the pages in the order of the lecture.
func Pages() []*Page {
	return []*Page{
		&Flow,
		&Simplex,
	}
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
