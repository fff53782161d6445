package dataio

import (
	"io"
	"strconv"
	"strings"
)

// WriteCSV writes a table of rows×cols numbers, given by rows, with the
// shortest decimals that read back to the same float64. A nil header is left
// out. It panics if the data do not fit.
func WriteCSV(w io.Writer, header []string, rows, cols int, data []float64) error {
	if len(data) != rows*cols || (header != nil && len(header) != cols) {
		panic("dataio: shape does not fit the length of the data")
	}
	var line []byte
	if header != nil {
		for j, name := range header {
			line = append(line, csvName(name)...)
			line = append(line, separatorAfter(j, cols))
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	for i := range rows {
		line = line[:0]
		for j, v := range data[i*cols : (i+1)*cols] {
			line = strconv.AppendFloat(line, v, 'g', -1, 64)
			line = append(line, separatorAfter(j, cols))
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func separatorAfter(col, cols int) byte {
	if col == cols-1 {
		return '\n'
	}
	return ','
}

// csvName quotes a name of a column where it could be taken for something else.
func csvName(name string) string {
	_, missing := nonFiniteWord(name)
	if missing || strings.ContainsAny(name, ",;\"\t\r\n# ") || (field{text: name}).isNumber() {
		return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	}
	return name
}
