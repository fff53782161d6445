// Package lab serves the pages of package page to a browser: `tacit lab`.
//
// One process has everything: the pages are computed by the same engine as the
// command line's answers, the front end is embedded, and nothing is fetched from
// anywhere. docs/api.md documents the routes under /api/v1.
//
// # Trust
//
// The server listens on the loopback interface unless told otherwise, and there a
// page of a foreign site cannot use it either: requests name the server by an
// address or a name that is known to be its own (no DNS rebinding), and come from
// its own pages or from outside of browsers (no cross-site requests). Where other
// machines can reach it a token is needed.
//
// What users bring is parsed by package dataio in memory, bounded in size before
// and after decompression, and never written to a disk nor executed. Every request
// is bounded in bytes, time and share of the processors; a client that does not
// read, or goes away, ends the work that was done for it.
//
// # Limits
//
// The server speaks HTTP without TLS: in a network that is not trusted put a proxy
// in front of it, or use it through ssh -L.
package lab
