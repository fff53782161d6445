package page

import (
	"context"

	"github.com/tacit-dev/tacit/plot"
)

// State is what a link restores: the text of each control that differs from its
// default, by the control's Key.
type State map[string]string

// Page is one page of the lab.
type Page struct {
	ID       string // in links: short, lower case
	Title    string // in the list of pages, a few words
	Sentence string // what is to be seen, in one sentence without symbols
	Formula  string // the statement as the lecture writes it, in Unicode
	// Text explains in two or three paragraphs, readable without touching a control.
	Text     []string
	Controls []Control
	// Exercise asks the reader to predict something before it is shown, or is "".
	Exercise string
	// Data reports that the page accepts the data of the user, state key "data".
	Data bool
	// Long pages may take longer than 50 ms: they are streamed with their progress
	// and can be cancelled.
	Long    bool
	Compute func(ctx context.Context, in Input) (*View, error)
}

// ControlKind says how a control is operated and how its text is read.
type ControlKind string

// The kinds of controls.
const (
	Number  ControlKind = "number"  // a finite number; the slider covers [Min, Max], any number may be typed
	Decimal ControlKind = "decimal" // a positive decimal of any exponent, "1e-3000"; the slider moves its log10 over [Min, Max]
	Integer ControlKind = "integer" // the slider covers [Min, Max]
	Choice  ControlKind = "choice"  // one of Choices
	Toggle  ControlKind = "toggle"  // "0" or "1"
	Points  ControlKind = "points"  // points of the plane "x,y,label;x,y,label;…", moved by handles
	Text    ControlKind = "text"    // a text that the page reads itself, such as a mask; often set by the Links of a figure
)

// Control is one thing that can be changed on a page.
type Control struct {
	Key     string // in links: one to three letters
	Label   string
	Help    string // one sentence, or ""
	Kind    ControlKind
	Default string
	Min     float64 // of the slider; log10 for Decimal
	Max     float64
	Step    float64
	Choices []Option
}

// Option is one value of a Choice.
type Option struct{ Value, Label string }

// Input is what Compute is given.
type Input struct {
	State State
	// Data looks up data of the user by the name that stands under the state key
	// "data"; nil where there is none.
	Data func(name string) (*Data, error)
	// Progress is called by Long pages with the part of the work that is done, in
	// [0, 1], and with what can be shown so far, or nil. It may be nil.
	Progress func(done float64, partial *View)
}

// Data is a problem that a user brought: A is n×m by rows.
type Data struct {
	Name   string
	Rows   int
	Cols   int
	A      []float64
	B      []float64 // nil where the data are labelled points
	Labels []float64 // ±1, or nil
}

// View is what a page shows for one state.
type View struct {
	// State is the state as understood, with every default filled in.
	State   State
	Notes   []string // what of the given state could not be used, and what was done instead
	Summary string   // what came out, one or two sentences with its numbers; read aloud when it changes
	Figures []Figure
	Checks  []Check
	Command []string // command lines that reproduce the numbers, to be copied
	Arrays  []Array  // the numbers, for npz and JSON
	Facts   []Fact   // single numbers worth showing: gap, steps, residual
	Links   []Link   // where this state continues on another page
	Steps   []Step   // of a lecture, on the page that is its script
	Step    int      // the present one of Steps, whose picture the Figures are
	Reply   *Reply   // to the question of that step, nil until it is answered or given up
}

// Link leads to a page in a state, such as from a cell of a phase diagram to its
// instance.
type Link struct {
	Label string
	Page  string // "": the page itself, and State holds only the keys that change
	State State
}

// Area is a part of a panel that leads somewhere when it is clicked, or chosen with
// the keyboard: a cell of a map to the instance behind it, an entry of a matrix to
// the mask with that entry changed. Its edges are in the numbers of the axes.
type Area struct {
	Link
	Panel                    int
	Left, Right, Bottom, Top float64
}

// Step is one step of a lecture: what is shown, what is said, and what is asked
// before it is shown.
type Step struct {
	Page  string
	State State
	Title string
	Lemma string   // the statement of the lecture that it shows, in its words
	Notes []string // for the presenter
	// Question is asked before the picture is uncovered, and Answer says what to
	// have seen then; both may be "". The reply is the state key "a" of the page,
	// one of Options or, where there are none, a number; "r" = "1" gives it up. Until
	// then the figures are those of the state Before.
	Question string
	Options  []Option
	Before   State
	Answer   string
}

// Reply is what became of a question.
type Reply struct {
	Given   string // "": it was given up
	Correct string
	Right   bool
}

// Figure is a picture with the places where it can be touched.
type Figure struct {
	ID string // unique on the page
	*plot.Figure
	Handles []Handle
	Areas   []Area
	Size    plot.Size // zero: the page decides
	// Trace names the series whose values may be played as tones, or is "".
	Trace string
}

// Handle is a point of a panel that can be dragged. Its place is in the numbers of
// the axes, natural logarithms on a Log axis.
type Handle struct {
	Panel int
	X, Y  float64
	XKey  string // the control that a horizontal move sets, or ""
	YKey  string
	// Point is the index in a Points control of key XKey, or −1.
	Point int
	Label string // what it is, for assistive technology
}

// Check is one assertion of the theory on the data at hand.
type Check struct {
	Name      string
	Predicted string
	Measured  string
	Error     float64
	Tolerance float64
	Pass      bool
}

// Fact is a number with its name.
type Fact struct{ Name, Value string }

// Array is a named array of numbers, by rows.
type Array struct {
	Name  string
	Shape []int
	Data  []float64
}
