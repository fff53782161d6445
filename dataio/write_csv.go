package dataio

import (
	"bufio"
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
	bw := bufio.NewWriter(w)
	for j, name := range header {
		if j > 0 {
			bw.WriteByte(',')
		}
		bw.WriteString(csvName(name))
	}
	if header != nil {
		bw.WriteByte('\n')
	}
	var num []byte
	for i := range rows {
		for j, v := range data[i*cols : (i+1)*cols] {
			if j > 0 {
				bw.WriteByte(',')
			}
			num = strconv.AppendFloat(num[:0], v, 'g', -1, 64)
			bw.Write(num)
		}
		bw.WriteByte('\n')
	}
	return bw.Flush() // reports the first error of all writes
}

// csvName quotes a name of a column where it could be taken for something else.
func csvName(name string) string {
	_, missing := nonFiniteWord(name)
	if missing || strings.ContainsAny(name, ",;\"\t\r\n# ") || (field{text: name}).isNumber() {
		return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	}
	return name
}
