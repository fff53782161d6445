package page

import (
	"context"
	"errors"
	"strings"
)

// unfollowed notes that a run failed. What a state or the data of a user make of a
// run is something that the page says, no defect of it: only the end of the
// context is an error.
func unfollowed(ctx context.Context, view *View, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	why := err.Error()
	for _, of := range []string{"flow: ", "ode: "} {
		why = strings.TrimPrefix(why, of)
	}
	view.Notes = append(view.Notes, "the flow could not be followed: "+why)
	return nil
}
