package page

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

const (
	linkVersion = "1"
	longestLink = 1 << 16 // bytes
	mostKeys    = 64
)

// FormatLink writes a page and its state as the text that follows # in a link and
// ?state= in a request: "v=1&page=alpha&a=1e-300". Controls at their default are
// left out, so that a link says only what was changed.
func FormatLink(p *Page, s State) string {
	var b strings.Builder
	b.WriteString("v=" + linkVersion + "&page=" + url.QueryEscape(p.ID))
	for _, key := range slices.Sorted(maps.Keys(s)) {
		k := slices.IndexFunc(p.Controls, func(c Control) bool { return c.Key == key })
		if key == "v" || key == "page" || k >= 0 && p.Controls[k].Default == s[key] {
			continue
		}
		b.WriteString("&" + escapeLink(key) + "=" + escapeLink(s[key]))
	}
	return b.String()
}

// escapeLink escapes what would end a value, and leaves readable what a state is
// mostly made of.
func escapeLink(text string) string {
	return strings.NewReplacer("%2C", ",", "%3B", ";", "%3A", ":").Replace(url.QueryEscape(text))
}

// ParseLink reads what FormatLink writes, with or without #. It never fails: what
// cannot be read is left out, and the notes say so. The page is "" if none is
// named; whether it exists and what its keys mean is for the page to say.
func ParseLink(text string) (page string, s State, notes []string) {
	s = State{}
	note := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if len(text) > longestLink {
		note("a link of %d bytes is longer than the %d that are read; it is ignored", len(text), longestLink)
		return "", s, notes
	}
	for part := range strings.SplitSeq(strings.TrimPrefix(text, "#"), "&") {
		if part == "" {
			continue
		}
		k, v, _ := strings.Cut(part, "=")
		key, err1 := url.QueryUnescape(k)
		value, err2 := url.QueryUnescape(v)
		if err1 != nil || err2 != nil {
			note("%q of the link cannot be read and is ignored", clip(part))
			continue
		}
		switch {
		case key == "v":
			if value != linkVersion {
				note("the link is of version %s, this is version %s; what both know is used", clip(value), linkVersion)
			}
		case key == "page":
			page = value
		case key == "":
			note("%q of the link has no name and is ignored", clip(part))
		case len(s) == mostKeys:
			note("only the first %d values of the link are used", mostKeys)
			return page, s, notes
		default:
			s[key] = value
		}
	}
	return page, s, notes
}
