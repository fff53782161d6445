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
	// Command answers problems; nil leaves /solve and /verify out.
	Command Command
	// Files, if there are any, are the data that pages and /solve know as "file".
	Files   []File
	Reading Reading

	// Log is told of defects: what clients only see as an internal error. It may be
	// nil.
	Log func(line string)

	Limits Limits
}

// Limits bound what one request and all together may use. Zero fields mean the
// usual.
type Limits struct {
	Body    int64         // bytes of a JSON body; 1 MB
	Upload  int64         // bytes of the files of a problem, and of a result to be verified; 32 MB
	Memory  int64         // bytes that a file may take in memory; 256 MB
	Held    int64         // bytes of all uploads and results that are kept; 512 MB
	Keep    time.Duration // since it was last used; 1 h
	Receive time.Duration // for the files of a problem to arrive; 2 min
	View    time.Duration // to compute a page at once; 10 s
	Stream  time.Duration // to compute a page that is streamed; 5 min
	Write   time.Duration // for a client to take what it is sent; 20 s
	Small   int           // views computed at a time; the number of processors
	Long    int           // streams and solves computed at a time; half of that
	Waiting int           // requests of one client that wait for their turn; 64
}
