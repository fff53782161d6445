package page

// PageList is what the API says of the pages.
type PageList struct {
	Pages []pageJSON `json:"pages"`
}

type pageJSON struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	Sentence string        `json:"sentence"`
	Formula  string        `json:"formula"`
	Text     []string      `json:"text"`
	Exercise string        `json:"exercise"`
	Data     bool          `json:"data"`
	Long     bool          `json:"long"`
	Controls []controlJSON `json:"controls"`
}

type controlJSON struct {
	Key     string       `json:"key"`
	Label   string       `json:"label"`
	Help    string       `json:"help"`
	Kind    ControlKind  `json:"kind"`
	Default string       `json:"default"`
	Min     float64      `json:"min"`
	Max     float64      `json:"max"`
	Step    float64      `json:"step"`
	Choices []optionJSON `json:"choices,omitempty"`
}

type optionJSON struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// List describes pages.
func List(pages []*Page) PageList {
	out := PageList{Pages: make([]pageJSON, len(pages))}
	for k, p := range pages {
		e := pageJSON{
			ID: p.ID, Title: p.Title, Sentence: p.Sentence, Formula: p.Formula,
			Text: list(p.Text), Exercise: p.Exercise, Data: p.Data, Long: p.Long,
			Controls: make([]controlJSON, len(p.Controls)),
		}
		for j, c := range p.Controls {
			e.Controls[j] = controlJSON{Key: c.Key, Label: c.Label, Help: c.Help, Kind: c.Kind,
				Default: c.Default, Min: c.Min, Max: c.Max, Step: c.Step, Choices: options(c.Choices)}
		}
		out.Pages[k] = e
	}
	return out
}

// JSON returns l as one line.
func (l PageList) JSON() ([]byte, error) { return encode(l) }
