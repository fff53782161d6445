package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Codes of errors, as the API names them.
const (
	codeBadState  = "bad-state"
	codeTooLarge  = "too-large"
	codeBusy      = "busy"
	codeNotFound  = "not-found"
	codeForbidden = "forbidden"
	codeTimeout   = "timeout"
	codeInternal  = "internal"
)

// apiError is a request that was not served: what, where, why, what to do.
type apiError struct {
	status  int
	code    string
	message string
}

func (e *apiError) Error() string { return e.message }

func badState(format string, args ...any) error {
	return &apiError{http.StatusBadRequest, codeBadState, fmt.Sprintf(format, args...)}
}

func tooLarge(format string, args ...any) error {
	return &apiError{http.StatusRequestEntityTooLarge, codeTooLarge, fmt.Sprintf(format, args...)}
}

func busy(format string, args ...any) error {
	return &apiError{http.StatusTooManyRequests, codeBusy, fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) error {
	return &apiError{http.StatusNotFound, codeNotFound, fmt.Sprintf(format, args...)}
}

func forbidden(format string, args ...any) error {
	return &apiError{http.StatusForbidden, codeForbidden, fmt.Sprintf(format, args...)}
}

func timedOut(format string, args ...any) error {
	return &apiError{http.StatusServiceUnavailable, codeTimeout, fmt.Sprintf(format, args...)}
}

// asAPIError gives every error a code. What is not foreseen says nothing of the
// inside to the client; the log has it.
func asAPIError(err error) *apiError {
	var e *apiError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &e):
		return e
	case errors.As(err, &large):
		return &apiError{http.StatusRequestEntityTooLarge, codeTooLarge,
			fmt.Sprintf("the body of the request is larger than the %d bytes that are read", large.Limit)}
	case errors.Is(err, context.DeadlineExceeded):
		return &apiError{http.StatusServiceUnavailable, codeTimeout, "the time for this request ended before it was done: ask for less, or for a stream"}
	case errors.Is(err, context.Canceled):
		return &apiError{http.StatusServiceUnavailable, codeTimeout, "the request was cancelled"}
	}
	return &apiError{http.StatusInternalServerError, codeInternal, "internal error: the log of the server has it"}
}

// writeError answers with an error.
func writeError(w http.ResponseWriter, err *apiError) {
	if err.code == codeBusy {
		w.Header().Set("Retry-After", "1")
	}
	writeJSON(w, err.status, errorBody(err))
}

func errorBody(err *apiError) any {
	type detail struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	return struct {
		Error detail `json:"error"`
	}{detail{err.code, err.message}}
}

// writeJSON answers with v. A client that does not take it is its own affair.
func writeJSON(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil { // a defect: v is made of plain fields
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	writeText(w, status, "application/json", append(text, '\n'))
}

func writeText(w http.ResponseWriter, status int, kind string, text []byte) {
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
