package plot

import (
	"encoding/json"
	"strconv"
)

// Separator is what result.json has of `tacit margin` and `tacit flow margin`
// beyond Document. Numbers that the command does not report are nil.
type Separator struct {
	Labels    []float64 `json:"labels"`
	Norm      any       `json:"norm"` // margin: its name; flow margin: ‖w‖
	Margin    *float64  `json:"margin"`
	Intercept *float64  `json:"intercept"`
	Support   []int     `json:"support_vectors"`
	// Of a flow.
	Loss      string   `json:"loss"`
	LogTime   *float64 `json:"log_time"`
	Direction *float64 `json:"direction"`
	Largest   struct {
		Status  string   `json:"status"`
		Margin  *float64 `json:"margin"`
		Support []int    `json:"support_vectors"`
	} `json:"largest_margin"`
}

// readSeparator takes the fields of a separator from the text of result.json; nil
// for other commands.
func readSeparator(command string, text []byte) (*Separator, error) {
	if command != "margin" && command != "flow margin" {
		return nil, nil
	}
	s := &Separator{}
	return s, json.Unmarshal(text, s)
}

// EndTime is the time at which a trajectory ended; nil where the command reports
// none, or names the unit of its times instead, as flow margin does with "ln t".
type EndTime struct{ At *float64 }

// UnmarshalJSON takes a number, and leaves anything else.
func (t *EndTime) UnmarshalJSON(text []byte) error {
	if v, err := strconv.ParseFloat(string(text), 64); err == nil {
		t.At = &v
	}
	return nil
}
