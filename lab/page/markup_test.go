package page

import (
	"regexp"
	"strings"
	"testing"
)

func TestRichText(t *testing.T) {
	for text, want := range map[string]string{
		"D_φ(x, x₀)":                          `<span class="nb">D<sub>φ</sub>(x,` + nbsp + `x₀)</span>`,
		"W_{j+1}ᵀW_{j+1} − W_jW_jᵀ":           `<span class="nb">W<sub>j+1</sub>ᵀW<sub>j+1</sub></span> <span class="nb">−` + nbsp + `W<sub>j</sub>W<sub>j</sub>ᵀ</span>`,
		"α^sᵢ":                                `<span class="nb">α<sup>sᵢ</sup></span>`,
		"O(α^s̄)":                             `<span class="nb">O(α<sup>s̄</sup>)</span>`,
		"lim_{α→0} x":                         `<span class="nb">lim<sub>α→0</sub></span> x`,
		"A_kx_i":                              `<span class="nb">A<sub>k</sub>x<sub>i</sub></span>`,
		"(1/τ)∫₀^τ x":                         `<span class="nb">(1/τ)∫₀<sup>τ</sup></span> x`,
		"x^−κ <b> & y":                        `<span class="nb">x<sup>−κ</sup></span> <span class="nb">&lt;b&gt;</span> <span class="nb">&amp;</span> y`,
		"plain words, (of many letters) here": `plain words, <span class="nb">(of</span> many <span class="nb">letters)</span> here`,
	} {
		if got := string(RichText(text)); got != want {
			t.Errorf("RichText(%q) = %s, want %s", text, got, want)
		}
	}
	if got, want := string(RichFormula("a = b;   c")), `<span class="part">a <span class="nb">=`+nbsp+`b;</span></span><span class="part">c</span>`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestPlainText(t *testing.T) {
	for text, want := range map[string]string{
		"D_φ(x, x_t)":  "Dᵩ(x, xₜ)",
		"W_{j+1}ᵀ":     "Wⱼ₊₁ᵀ",
		"y_c, α^{sᵢ}":  "y_c, α^(sᵢ)",
		"lim_{α→0}":    "lim_(α→0)",
		"e^−t":         "e⁻ᵗ",
		"a = b;   c":   "a = b; c",
		"a plain text": "a plain text",
	} {
		if got := PlainText(text); got != want {
			t.Errorf("PlainText(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestTextsAreMarkedUp: no text of a page or of a step of the lecture shows a mark of TeX,
// neither as HTML nor as plain text.
func TestTextsAreMarkedUp(t *testing.T) {
	tag := regexp.MustCompile(`<[^>]*>`)
	var texts []string
	for _, p := range Pages() {
		texts = append(append(texts, p.Formula, p.Exercise), p.Text...)
	}
	for _, s := range script {
		texts = append(append(texts, s.Lemma, s.Question, s.Answer), s.Notes...)
		for _, o := range s.Options {
			texts = append(texts, o.Label)
		}
	}
	for _, text := range texts {
		if shown := tag.ReplaceAllString(string(RichText(text)), ""); strings.ContainsAny(shown, "_^\\$") {
			t.Errorf("%q is shown as %q", text, shown)
		}
		if plain := PlainText(text); strings.Contains(plain, "_{") || strings.Contains(plain, "^{") {
			t.Errorf("%q reads as %q", text, plain)
		}
	}
}
