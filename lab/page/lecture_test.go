package page

import (
	"context"
	"strconv"
	"testing"
)

// TestLectureSteps: every step names a page and states that it understands, its
// checks pass, and the answers that it calls right are taken for right.
func TestLectureSteps(t *testing.T) {
	if testing.Short() {
		t.Skip("all pages of the lecture are computed, which is left out with -short")
	}
	for k, s := range script {
		t.Run(strconv.Itoa(k+1)+" "+s.Title, func(t *testing.T) {
			p := ByID(s.Page)
			if p == nil {
				t.Fatalf("there is no page %q", s.Page)
			}
			if len(s.Notes) == 0 || s.Lemma == "" {
				t.Error("a step without notes or statement")
			}
			state := State{"s": strconv.Itoa(k + 1)}
			if s.Question != "" {
				covered := compute(t, &Lecture, state)
				if covered.Reply != nil || len(covered.Checks) > 0 {
					t.Error("the picture is uncovered before the question is answered")
				}
				wellFormed(t, &Lecture, covered)
				state["a"] = s.correct
			}
			for _, inner := range []State{s.State, s.Before} {
				if inner == nil {
					continue
				}
				v, err := p.Compute(context.Background(), Input{State: inner})
				if err != nil {
					t.Fatal(err)
				}
				if len(v.Notes) > 0 {
					t.Errorf("page %s notes %q for %v", s.Page, v.Notes, inner)
				}
			}
			v := compute(t, &Lecture, state)
			wellFormed(t, &Lecture, v)
			if v.Step != k || len(v.Steps) != len(script) || len(v.Links) != 1 || v.Links[0].Page != s.Page {
				t.Errorf("step %d of %d, links %v", v.Step, len(v.Steps), v.Links)
			}
			if len(v.Figures) == 0 {
				t.Error("nothing is shown")
			}
			if (v.Reply != nil) != (s.Question != "") || v.Reply != nil && !v.Reply.Right {
				t.Errorf("the reply is %+v", v.Reply)
			}
			forged := s.Page == "certificate" && s.State["t"] != "" // its checks are to fail
			for _, c := range v.Checks {
				if !c.Pass && !forged {
					t.Errorf("check fails: %+v", c)
				}
			}
			if s.Question == "" {
				return
			}
			state["a"] = "-7"
			if s.Options != nil {
				state["a"] = "something else"
			}
			if v := compute(t, &Lecture, state); v.Reply == nil || v.Reply.Right {
				t.Errorf("a wrong answer gets the reply %+v", v.Reply)
			}
		})
	}
}

func TestLectureAnswerGivenUp(t *testing.T) {
	v := compute(t, &Lecture, State{"s": "4", "r": "1"})
	if v.Reply == nil || v.Reply.Given != "" || v.Reply.Right || v.Reply.Correct != "0.5" {
		t.Errorf("the reply is %+v", v.Reply)
	}
}
