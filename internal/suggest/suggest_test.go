package suggest

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	names := []string{"entropy", "hypentropy", "euclidean", "burg", "lp", "lp-quasi"}
	for word, want := range map[string][]string{
		"entrpy":     {"entropy"},
		"euclid":     {"euclidean"},
		"brug":       {"burg"},
		"hypentropi": {"hypentropy", "entropy"},
		"xyzzyx":     nil,
	} {
		if got := Nearest(word, names); !slices.Equal(got, want) {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
