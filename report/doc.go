// Package report writes results as one HTML file: what was asked, what was found,
// how far it is proven, and the figures.
//
// The file is complete in itself. It loads nothing, and its content security
// policy forbids that it could; the only script that may run is the one it was
// written with, named by its digest. Without scripts nothing is missing but the
// convenience of pointing at curves, hiding and enlarging them: every figure is
// drawn, told in words and listed in numbers. Text that comes from results, such
// as names of files, is escaped by html/template.
//
// The same input gives the same bytes: a report holds no date of its own.
package report
