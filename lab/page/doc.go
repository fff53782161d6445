// Package page computes the pages of the lab: each is a statement that can be
// looked at, a pure function from a State to a View.
//
// A State is what a link holds: a few short strings, one for each control. A View
// is what is shown for it: figures, the assertions of the theory evaluated on the
// data at hand, and the command that reproduces it. The server of package lab and
// the WebAssembly module of an exported site call the same functions, and every
// number comes from the same packages as the command line's.
//
// # Conventions
//
// One file for each page, with a variable of type Page that Pages lists in the
// order of the lecture. Compute never blocks on anything but its own arithmetic,
// returns soon after ctx is done, keeps no state between calls, and panics for no
// State: what cannot be read of one is replaced by the default, with a note in the
// View. Pages that may take longer than about 50 ms are Long, and report progress.
package page
