// Package dataio reads the matrices, vectors and labelled data that a problem
// is made of, and writes results whole or not at all.
//
// # Formats
//
// A format is recognised by the content of a file, never by its name: NumPy
// .npy (format versions 1 to 3) and .npz (stored or deflated, including the
// layouts csr, csc and coo of scipy.sparse.save_npz), Matrix Market (array and
// coordinate; real, integer, pattern; general, symmetric, skew-symmetric),
// tables of numbers separated by commas, semicolons, tabs or blanks with or
// without a header, and the sparse rows of LIBSVM/SVMlight. Text may be
// compressed with gzip. The path "-" is the standard input.
//
// Sources: NumPy Enhancement Proposal 1 (Kern 2007) for .npy; Boisvert, Pozo
// and Remington, "The Matrix Market Exchange Formats" (NISTIR 5935, 1996);
// Joachims, SVMlight, and Chang and Lin, LIBSVM, for the sparse rows.
//
// # Trust
//
// Nothing that a file says about its own size is believed before it has been
// compared with the bytes that are there, so a damaged or hostile header costs
// no memory. Every number that leaves the package is finite; the first that is
// not is named by file, row and column. All errors that a user can cause are
// of the types ParseError, FormatError, LimitError, NonFiniteError, ShapeError, ReadError,
// WriteError and ExistsError.
//
// # Limits
//
// Values become float64: integers beyond 2⁵³ are rounded to nearest. Complex
// numbers, strings, dates, Python objects and records are refused. Row and
// column numbers of sparse matrices fit 31 bits.
package dataio
