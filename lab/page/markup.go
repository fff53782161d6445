package page

import (
	"html/template"
	"regexp"
	"strings"
)

// The statements and texts of pages are Unicode, with the marks of TeX for what Unicode
// has no letter for: x_S and x_{t+1} below the line, α^s and e^{−t} above it. RichText is
// their HTML, which lab/web/src/rich.ts writes in the browser too, and PlainText is what is
// read where there is text only.

var (
	marked   = regexp.MustCompile(`([_^])(?:\{([^{}]*)\}|([−+-]?(?:[0-9]+|\p{L}[\p{M}′ᵢⱼₖ₀-₉]*)))`)
	operator = regexp.MustCompile(` ([=≤≥≈∈⇔⇒→⟂<>:+−·∘]) `)
	wordy    = regexp.MustCompile(`[A-Za-z]{4,}`)
	formal   = regexp.MustCompile(`[^A-Za-z0-9.,;:!?'"“”’–—-]`)
	parting  = regexp.MustCompile(` {3,}`)
	spaces   = regexp.MustCompile(` {2,}`)
	escapes  = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
)

const (
	nbsp        = "\u00a0"
	longestBond = 28 // characters of what is not broken over lines
)

// RichText is a text in HTML: what is marked is below and above the line, and lines do
// not break inside of short brackets and between an operator and what it is applied to.
func RichText(text string) template.HTML {
	return template.HTML(rich(text)) //nolint:gosec // rich escapes it
}

// RichFormula is RichText for a statement: what three spaces part stands on lines of its
// own.
func RichFormula(text string) template.HTML {
	var b strings.Builder
	for _, part := range parting.Split(text, -1) {
		b.WriteString(`<span class="part">` + rich(part) + `</span>`)
	}
	return template.HTML(b.String()) //nolint:gosec // rich escapes it
}

func rich(text string) string {
	text = spaces.ReplaceAllString(text, " ")
	chunks := strings.Split(bonded(operator.ReplaceAllString(text, " $1"+nbsp)), " ")
	for k, c := range chunks {
		h := marked.ReplaceAllStringFunc(escapes.Replace(c), func(m string) string {
			tag, inner := "sub", strings.Trim(m[1:], "{}")
			if m[0] == '^' {
				tag = "sup"
			}
			return "<" + tag + ">" + inner + "</" + tag + ">"
		})
		if n := len([]rune(c)); n <= longestBond && formal.MatchString(c) {
			h = `<span class="nb">` + h + `</span>`
		}
		chunks[k] = h
	}
	return strings.Join(chunks, " ")
}

// bonded puts no-break spaces inside of short brackets that hold no words.
func bonded(text string) string {
	s := []rune(text)
	for i := range s {
		end := bracket(s, i)
		if end < 0 || wordy.MatchString(string(s[i:end])) {
			continue
		}
		for k := i; k < end; k++ {
			if s[k] == ' ' {
				s[k] = '\u00a0'
			}
		}
	}
	return string(s)
}

var shuts = map[rune]rune{'(': ')', '⟨': '⟩', '{': '}', '[': ']', '‖': '‖', '|': '|'}

// bracket is where the bracket that opens at i closes, −1 if none does.
func bracket(s []rune, i int) int {
	open := s[i]
	shut, ok := shuts[open]
	if !ok {
		return -1
	}
	depth := 0
	for k := i + 1; k < len(s) && k-i <= longestBond; k++ {
		switch {
		case s[k] == shut && depth == 0:
			return k
		case s[k] == shut:
			depth--
		case s[k] == open:
			depth++
		}
	}
	return -1
}

// The characters that Unicode has below and above the line.
var below, above = letters("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"),
	letters("0123456789+−=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ")

func letters(from, to string) map[rune]rune {
	m, list := map[rune]rune{}, []rune(to)
	for k, r := range []rune(from) {
		m[r] = list[k]
	}
	return m
}

// PlainText is a text for where there is no HTML: marks become the letters of Unicode
// where it has them all, and else stay as they are, longer ones in parentheses.
func PlainText(text string) string {
	text = marked.ReplaceAllStringFunc(text, func(m string) string {
		table := below
		if m[0] == '^' {
			table = above
		}
		inner := []rune(strings.Trim(m[1:], "{}"))
		out := make([]rune, len(inner))
		for k, r := range inner {
			var ok bool
			if out[k], ok = table[r]; !ok {
				if m[1] != '{' || len(inner) == 1 {
					return m[:1] + string(inner)
				}
				return m[:1] + "(" + string(inner) + ")"
			}
		}
		return string(out)
	})
	return spaces.ReplaceAllString(text, " ")
}
