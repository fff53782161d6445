package lab

import (
	"time"

	"github.com/tacit-dev/tacit/lab/page"
)

// Config is what a Server is made of. The zero value serves all pages to the
// loopback interface, without the command line behind /solve.
type Config struct {
	Pages   []*page.Page // nil means page.Pages()
	Version string

	// Token, if not empty, has to be shown with every request: once as ?token= in
	// a link, which leaves a cookie, or as "Authorization: Bearer".
	Token string
	// Open reports that other machines can reach the server: then any address of
	// it is a good name for it.
	Open bool
	// Hosts are further names by which the server is known.
	Hosts []string
	// ReadOnly refuses uploads and solves; the pages remain.
	ReadOnly bool

	// Log is told of defects: what clients only see as an internal error. It may be
	// nil.
	Log func(line string)

	Limits Limits
}

// Limits bound what one request and all together may use. Zero fields mean the
// usual.
type Limits struct {
	Body    int64         // bytes of a JSON body; 1 MB
	View    time.Duration // to compute a page at once; 10 s
	Stream  time.Duration // to compute a page that is streamed; 5 min
	Write   time.Duration // for a client to take what it is sent; 20 s
	Small   int           // views computed at a time; the number of processors
	Long    int           // streams and solves computed at a time; half of that
	Waiting int           // requests of one client that wait for their turn; 64
}
