// Package plot draws what tacit computes: figures as a model, and the model as
// SVG, as PNG, as tables of numbers and as text.
//
// # The model
//
// A Figure is stacked Panels of Series over two Axes, with a title, a caption
// and a text alternative that says with numbers what the picture shows. It
// knows nothing of pixels: the same model becomes a file, a part of a report or
// a page of the lab. An axis whose Scale is Log takes natural logarithms, never
// the numbers themselves, so that α = 1e-3000 has a place on it.
//
// Series are told apart by colour, by dash and by marker, so that no reader
// depends on colour; the palette is that of Okabe and Ito (2008), darkened or
// lightened until it reads on its background.
//
// # Kinds
//
// A Kind makes a figure out of the directory of a result. To add one, write a
// file NAME.go with a function that makes a *Figure out of plain numbers (that
// is what tests and other packages call) and a variable of type Kind that reads
// those numbers from a Result, and name the variable in kinds.go. Nothing else
// has to change: the command, the report and the gallery's test find it there.
//
// # Limits
//
// What cannot be seen is not drawn: a line of more points than pixels is thinned
// to the extremes of each column of pixels, and Notes says so. Numbers that are
// not finite break a line; they never reach an axis or a file.
package plot
