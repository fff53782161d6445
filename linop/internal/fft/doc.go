// Package fft holds fast Fourier and cosine transforms of real sequences, for
// the matrix-free operators.
//
// # Numerical method
//
// A complex transform of length n = 2ᵃ3ᵇ5ᶜ runs Stockham's autosorting passes of
// radix 4, 2, 3 and 5 (Stockham 1966): no bit reversal, and every pass reads
// and writes contiguous runs. A length beyond the first caches is split as
// n = r·c (Gentleman and Sande 1966, the four-step method of Bailey 1990): c
// transforms of length r, a multiplication by roots of unity and r transforms
// of length c, each on a few columns at a time that fit the cache. The pieces
// are independent and run on all processors.
//
// Other lengths are convolutions of a smooth length (Bluestein 1970,
// doi:10.1109/TAU.1970.1162132).
//
// Real sequences of even length m are complex ones of length m/2, and the
// cosine transform of type II is the real transform of a permutation (Makhoul
// 1980, doi:10.1109/TASSP.1980.1163351). Roots of unity are computed from
// angles reduced to an eighth of the circle, so the error of a transform is
// that of its additions, O(ε log n) in the root mean square.
//
// # Conventions
//
// A plan is immutable: any number of goroutines may use it at once. Results do
// not depend on the number of threads. Wrong lengths panic.
package fft
