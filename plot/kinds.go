package plot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tacit-dev/tacit/internal/suggest"
)

// Kind makes figures of one kind out of results.
type Kind struct {
	Name    string // as typed
	Summary string // one line, for lists
	// Fits says why a result has nothing for this kind to show, nil if it has.
	// It looks only at what is already in memory.
	Fits func(*Result) error
	// Draw makes the figure of a result that fits.
	Draw func(context.Context, *Result, Options) (*Figure, error)
	// Costly kinds solve further problems to be drawn; reports leave them out
	// unless asked for.
	Costly bool
}

// Options are what a user may choose about a figure. The zero value is the usual.
type Options struct {
	Coordinates []int     // to be shown in front; nil: those of largest magnitude
	Time        TimeScale // of the horizontal axis of trajectories
	// LogAlpha ends the sweep of the kind alpha: ln α of its smallest α; 0: as
	// far as the picture changes.
	LogAlpha float64
}

// Kinds returns all kinds in the order of lists.
func Kinds() []Kind {
	return []Kind{
		trajectoryKind, singularValuesKind, pathKind, residualKind, invariantsKind, alphaKind, certificateKind,
		compareKind, levelsKind, paretoKind, phaseKind, curvesKind, separatorKind, marginKind, stairsKind,
	}
}

// Fitting returns the kinds that can show r.
func Fitting(r *Result) []Kind {
	var fit []Kind
	for _, k := range Kinds() {
		if k.Fits(r) == nil {
			fit = append(fit, k)
		}
	}
	return fit
}

// UnknownKindError is a name that no kind has.
type UnknownKindError struct {
	Name    string
	Nearest []string
}

func (e *UnknownKindError) Error() string {
	return fmt.Sprintf("there is no kind %q of figure", e.Name)
}

// MisfitError is a kind that cannot show a result.
type MisfitError struct {
	Kind, Dir, Why string
	Fitting        []string // the kinds that can
}

func (e *MisfitError) Error() string {
	return fmt.Sprintf("%s: there is no %s figure of it: %s", e.Dir, e.Kind, e.Why)
}

// Names returns the names of kinds.
func Names(kinds []Kind) []string {
	names := make([]string, len(kinds))
	for k := range kinds {
		names[k] = kinds[k].Name
	}
	return names
}

// Draw makes the figure of the named kind.
func Draw(ctx context.Context, r *Result, name string, opt Options) (*Figure, error) {
	for _, k := range Kinds() {
		if k.Name != name {
			continue
		}
		if err := k.Fits(r); err != nil {
			return nil, &MisfitError{name, r.Dir, err.Error(), Names(Fitting(r))}
		}
		f, err := k.Draw(ctx, r, opt)
		if err != nil {
			return nil, err
		}
		f.Kind = k.Name
		return f, nil
	}
	return nil, &UnknownKindError{name, suggest.Nearest(strings.ToLower(name), Names(Kinds()))}
}

// need returns an error unless ok: the body of most Fits functions.
func need(ok bool, why string) error {
	if ok {
		return nil
	}
	return errors.New(why)
}
