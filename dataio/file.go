package dataio

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// LoadOptions change how files are read. The zero value is the usual.
type LoadOptions struct {
	ZeroBased bool      // the indices of LIBSVM/SVMlight files count from 0, not 1
	Stdin     io.Reader // what "-" reads; nil means os.Stdin
	// Files, if not nil, are the only files there are, by their paths: nothing is
	// opened then. It is for data that strangers send.
	Files map[string][]byte
	// Limit bounds the bytes that a file may take in memory when it is decompressed
	// or converted; 0: no bound.
	Limit int64
}

// File is an open input. Its arrays are read when they are asked for; the
// arrays of an .npz file that nobody asks for cost nothing.
type File struct {
	Path      string    // as given; "-" is the standard input
	Format    Format    // found in the content
	Columns   []string  // names of the columns of a table with a header
	Labels    []float64 // of the rows of a LIBSVM/SVMlight file
	IndexBase int       // of a LIBSVM/SVMlight file: the index of the first column, 0 or 1

	src     *source
	archive *archive // npz
	array   *Array   // npy
	matrix  *Matrix  // the text formats
}

// Load opens path and recognises its format by its content. The text formats
// and .npy are read whole, at once. The caller closes the file.
func Load(path string, opt LoadOptions) (*File, error) {
	src, err := opt.open(path)
	if err != nil {
		return nil, err
	}
	f := &File{Path: path, src: src}
	if err := f.read(opt); err != nil {
		_ = src.close() // it was only read: nothing can be lost
		return nil, err
	}
	return f, nil
}

// open finds the bytes of path.
func (opt *LoadOptions) open(path string) (*source, error) {
	if opt.Files != nil {
		data, ok := opt.Files[path]
		if !ok {
			return nil, &ReadError{File: path, Err: fmt.Errorf("it is not among the files that were given: %w", fs.ErrNotExist)}
		}
		return bytesSource(path, data), nil
	}
	if opt.Stdin != nil {
		return openSource(path, opt.Stdin)
	}
	return openSource(path, os.Stdin)
}

// ReadFile returns the bytes of path, one of opt.Files if there are any.
func (opt *LoadOptions) ReadFile(path string) ([]byte, error) {
	if opt.Files == nil {
		return os.ReadFile(path)
	}
	src, err := opt.open(path)
	if err != nil {
		return nil, err
	}
	return src.bytes()
}

func (f *File) read(opt LoadOptions) error {
	content := f.src
	start, err := content.prefix(sniffLength)
	if err != nil {
		return err
	}
	if strings.HasPrefix(string(start), gzipMagic) {
		if content, err = content.gunzip(opt.Limit); err != nil {
			return err
		}
		if start, err = content.prefix(sniffLength); err != nil {
			return err
		}
	}
	if f.Format, err = sniff(content.name, start); err != nil {
		return err
	}
	switch f.Format {
	case NPY:
		f.array, err = readNPY(content, content.size, opt.Limit, content.name)
		return err
	case NPZ:
		f.archive, err = openArchive(content, opt.Limit)
		return err
	}
	data, err := content.bytes()
	if err != nil {
		return err
	}
	return f.parseText(content.name, data, opt)
}

func (f *File) parseText(name string, data []byte, opt LoadOptions) (err error) {
	switch f.Format {
	case MatrixMarket:
		f.matrix, err = parseMatrixMarket(name, data)
	case SVMLight:
		f.IndexBase = 1
		if opt.ZeroBased {
			f.IndexBase = 0
		}
		f.Labels, f.matrix, err = parseSVMLight(name, data, f.IndexBase)
	default:
		var t *table
		if t, err = parseDelimited(name, data); err == nil {
			f.Columns = t.columns
			f.matrix = &Matrix{Kind: Dense, Rows: t.rows, Cols: t.cols, Val: t.data}
		}
	}
	return err
}

// Keys returns the names of the arrays of an .npz file, nil for other formats.
func (f *File) Keys() []string {
	if f.archive == nil {
		return nil
	}
	return slices.Clone(f.archive.keys)
}

// Has reports whether the file is an .npz that has all the named arrays.
func (f *File) Has(keys ...string) bool { return f.archive != nil && f.archive.has(keys...) }

// Array returns a named array of an .npz file, or the only one. For the other
// formats the key is ignored; the array of a sparse file is its dense form.
func (f *File) Array(key string) (*Array, error) {
	switch {
	case f.archive != nil:
		key, err := f.archive.choose(key)
		if err != nil {
			return nil, err
		}
		return f.archive.array(key)
	case f.array != nil:
		return f.array, nil
	}
	m, err := f.dense(f.matrix)
	if err != nil {
		return nil, err
	}
	return &Array{DType: "f8", Shape: []int{m.Rows, m.Cols}, ColMajor: m.ColMajor, Data: m.Val, file: f.src.name}, nil
}

// Matrix returns the matrix in the file: for an .npz the named array, the only
// one, or the matrix in the layout of scipy.sparse.save_npz.
func (f *File) Matrix(key string) (*Matrix, error) {
	if f.matrix != nil {
		return f.matrix, nil
	}
	if f.archive != nil && f.archive.isSparse() && !f.archive.has(key) {
		return f.archive.sparse()
	}
	a, err := f.Array(key)
	if err != nil {
		return nil, err
	}
	return a.Matrix()
}

// Vector returns the vector in the file: an array of one dimension, or a
// matrix of a single row or column.
func (f *File) Vector(key string) ([]float64, error) {
	if f.archive == nil || !f.archive.isSparse() || f.archive.has(key) {
		a, err := f.Array(key)
		if err != nil {
			return nil, err
		}
		return a.Vector()
	}
	m, err := f.archive.sparse()
	if err != nil {
		return nil, err
	}
	if m, err = f.dense(m); err != nil {
		return nil, err
	}
	return m.Val, nil
}

// dense spreads out a sparse matrix that has the shape of a vector. Others stay
// sparse: their dense form might not fit the memory.
func (f *File) dense(m *Matrix) (*Matrix, error) {
	if m.Kind == Dense {
		return m, nil
	}
	shape := []int{m.Rows, m.Cols}
	if m.Rows != 1 && m.Cols != 1 {
		return nil, &ShapeError{File: f.src.name, Got: shape, Msg: "a sparse matrix stands where a vector, a single row or column, is needed"}
	}
	if err := plausibleShape(m.Rows, m.Cols, f.src.size); err != nil {
		return nil, &FormatError{File: f.src.name, Msg: err.Error()}
	}
	d := &Matrix{Kind: Dense, Rows: m.Rows, Cols: m.Cols, Val: make([]float64, m.Rows*m.Cols)}
	for k, v := range m.Val {
		i, j := m.position(k)
		d.Val[i+j] = v // one of them is 0
	}
	return d, nil
}

// Column returns the number of the column of a table with the given name.
func (f *File) Column(name string) (int, error) {
	if j := slices.Index(f.Columns, name); j >= 0 {
		if slices.Contains(f.Columns[j+1:], name) {
			return 0, &FormatError{File: f.src.name, Msg: fmt.Sprintf("two columns are named %q: rename one", name)}
		}
		return j, nil
	}
	if len(f.Columns) == 0 {
		return 0, &FormatError{File: f.src.name, Msg: fmt.Sprintf("no column can be named %q: the file has no header", name)}
	}
	return 0, &FormatError{File: f.src.name, Msg: fmt.Sprintf("no column is named %q; the header has %s", name, strings.Join(f.Columns, ", "))}
}

// StartHash begins to compute the digest that SHA256 returns on a goroutine of
// its own.
func (f *File) StartHash() { f.src.startHash() }

// SHA256 returns the digest of the file's bytes in hexadecimal. It is computed
// when first asked for; later calls return the same.
func (f *File) SHA256() (string, error) { return f.src.hash() }

// Close releases the file. Arrays that were read stay valid; nothing more can
// be read.
func (f *File) Close() error { return f.src.close() }
