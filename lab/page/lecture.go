package page

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Lecture walks through the statements of the lecture, on the pages that show them.
var Lecture = Page{
	ID:       "lecture",
	Title:    "Lecture mode",
	Sentence: "The lecture statement by statement, each with its picture, and a question before the picture is uncovered.",
	Text: []string{
		"Each step names a statement of the lecture, shows it on one of the pages, and asks for a prediction first. Answer, or give the answer up, and the picture is uncovered with its checks: predictions of the theory against what was computed. The link of a step opens its page, where everything can be moved.",
		"Where the lecture is imprecise the notes for the presenter say what is true.",
	},
	Long:     true,
	Controls: lectureControls,
}

// Its Compute looks pages up, Lecture among them.
func init() { Lecture.Compute = computeLecture }

var lectureControls = []Control{
	{Key: "s", Label: "Step", Kind: Integer, Default: "1", Min: 1, Max: float64(len(script)), Step: 1},
	{Key: "a", Label: "Your answer", Help: "One of the options, or a number.", Kind: Text, Default: ""},
	{Key: "r", Label: "Show the answer", Kind: Toggle, Default: "0"},
}

// scripted is a step with what is right.
type scripted struct {
	Step
	correct   string  // the value of an option, or a number
	tolerance float64 // relative, of a number
}

func computeLecture(ctx context.Context, in Input) (*View, error) {
	v := read(in.State, lectureControls, DataKey)
	at := v.integerIn("s", 1, len(script)) - 1
	step := script[at]
	reply := step.reply(v)
	shown := step.State
	if step.Question != "" && reply == nil && step.Before != nil {
		shown = step.Before
	}
	p := ByID(step.Page)
	if p == nil || p == &Lecture {
		return nil, fmt.Errorf("step %d of the lecture names the page %q, which does not exist", at+1, step.Page)
	}
	covered := step.Question != "" && reply == nil
	frame := func(view *View) *View {
		out := *view
		out.State, out.Notes = nil, nil
		out.Steps, out.Step, out.Reply = lectureSteps(), at, reply
		out.Links = []Link{{Label: "open the page: " + p.Title, Page: p.ID, State: shown}}
		out.Figures = slices.Clone(view.Figures)
		for k := range out.Figures { // here nothing but the steps can be moved
			out.Figures[k].Handles, out.Figures[k].Areas = nil, nil
		}
		switch {
		case covered && step.Before == nil:
			out.Figures, out.Checks, out.Facts = nil, nil, nil
			fallthrough
		case covered:
			out.Checks, out.Facts, out.Arrays = nil, nil, nil
			out.Summary = "Predict first: " + PlainText(step.Question)
		case reply != nil:
			out.Summary = reply.words() + " " + PlainText(step.Answer) + " " + view.Summary
		}
		return v.onto(&out)
	}
	if covered && step.Before == nil { // nothing to be seen yet
		return frame(&View{}), nil
	}
	inner := Input{State: shown, Data: in.Data}
	if in.Progress != nil {
		inner.Progress = func(done float64, partial *View) {
			if partial != nil {
				partial = frame(partial)
			}
			in.Progress(done, partial)
		}
	}
	view, err := p.Compute(ctx, inner)
	if err != nil {
		return nil, err
	}
	return frame(view), nil
}

// lectureSteps is the script without what is right.
func lectureSteps() []Step {
	list := make([]Step, len(script))
	for k, s := range script {
		list[k] = s.Step
	}
	return list
}

// reply checks the answer of the state; nil while there is none.
func (s *scripted) reply(v *values) *Reply {
	given := strings.TrimSpace(v.text("a"))
	if s.Question == "" || given == "" && !v.on("r") {
		return nil
	}
	r := &Reply{Given: given, Correct: s.correct}
	for _, o := range s.Options {
		if o.Value == s.correct {
			r.Correct = o.Label
		}
		if o.Value == given {
			r.Given = o.Label
		}
	}
	if s.Options != nil {
		r.Right = given == s.correct
		if given != "" && !slices.ContainsFunc(s.Options, func(o Option) bool { return o.Value == given }) {
			v.note("%q is not one of the answers", clip(given))
			r.Given = clip(given)
		}
		return r
	}
	number, err := strconv.ParseFloat(strings.ReplaceAll(given, ",", "."), 64)
	want, _ := strconv.ParseFloat(s.correct, 64)
	switch {
	case given != "" && (err != nil || math.IsNaN(number) || math.IsInf(number, 0)):
		v.note("%q is not a number", clip(given))
		r.Given = clip(given)
	case given != "":
		r.Right = math.Abs(number-want) <= s.tolerance*math.Max(math.Abs(want), 1e-12)
	}
	return r
}

// words say whether the answer was right.
func (r *Reply) words() string {
	switch {
	case r.Given == "":
		return "The answer: " + r.Correct + "."
	case r.Right:
		return "Right: " + r.Correct + "."
	}
	return "Not quite: " + r.Correct + ", not " + r.Given + "."
}
