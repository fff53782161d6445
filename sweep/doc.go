// Package sweep runs many small problems: a grid or a random design over
// families, sizes, scales and algorithms, with repetitions.
//
// # Cells
//
// A specification (Spec, written in TOML) names axes; their product, or a
// random sample of it, are the points, and each point is tried Trials times.
// One trial of one point is a cell. A cell is a pure function of the hash of its
// specification and its index: its randomness is ChaCha8 keyed by the SHA-256 of
// both, so any cell can be computed anywhere, again, and alone.
//
// # Numerical results
//
// The instances are the same bits everywhere. The last digits of what solvers
// make of them may differ between families of processors, as everywhere in this
// module; the manifest names the kernels that were used.
//
// # Files
//
// A run keeps a journal, one line for each cell as it ends, and turns it into a
// Parquet file when all are done. A process that is killed loses the cells in
// flight and nothing else: the next run reads the journal and goes on. Shards
// take every N-th cell and merge to the same bytes as one run.
package sweep
