package plot

// Figure is a picture as a model, with what a reader needs who cannot see it.
type Figure struct {
	Kind    string // name of the kind; the prefix of ids in SVG
	Title   string // what is shown, a few words
	Caption string // what to look at and what theory says, one to three sentences
	Alt     string // text alternative: what the picture shows, with its numbers
	Panels  []Panel
	Notes   []string // what was left out or thinned, if anything
	Tables  []Table  // the numbers; nil: taken from the series
}

// Panel is one pair of axes with what is drawn over them, in order.
type Panel struct {
	Title  string
	X, Y   Axis
	Cells  *Cells // beneath everything else, or nil
	Series []Series
	Rules  []Rule
	Labels []Label
	Height float64 // of the plot area in units of the usual height; 0 means 1
	Equal  bool    // one unit is as long on both axes
	// Bare leaves out grid, edges and numbers: the axes are those of a projection
	// or a photograph, which mean nothing by themselves.
	Bare bool
	// NoLegend leaves the legend out: the panel above has the same series.
	NoLegend bool
}

// Scale says how the numbers of an axis are to be understood.
type Scale uint8

const (
	// Linear axes take the numbers themselves.
	Linear Scale = iota
	// Log axes take natural logarithms, and their ticks are powers of ten of any
	// exponent.
	Log
)

// Axis is one side of a panel.
type Axis struct {
	Label    string
	Scale    Scale
	Min, Max float64   // the range; if Min ≥ Max, that of the data
	Include  []float64 // numbers that a range taken from the data must hold
	Integer  bool      // ticks only at integers: indices, counts
}

// Shape is how a series is drawn.
type Shape uint8

const (
	// Line joins the points; where Y is not finite the line breaks.
	Line Shape = iota
	// Steps holds each value up to the next X.
	Steps
	// Points draws markers alone.
	Points
	// Stems draws a line from 0 to each point, with a marker at its end. On a
	// Log axis it begins at the lower edge.
	Stems
	// Band fills between Y and Y2.
	Band
	// Bars draws a horizontal bar from the left edge to X at each Y.
	Bars
	// Arrows draws an arrow from each point to (X2, Y2).
	Arrows
	// Region fills the polygon of the points; where Y is not finite another one
	// begins.
	Region
)

// Series is a sequence of points drawn in one style. X and Y have equal lengths;
// on a Log axis they are natural logarithms.
type Series struct {
	Name  string // in the legend and the tables; "": in neither
	X, Y  []float64
	X2    []float64 // tips of Arrows, with Y2
	Y2    []float64 // upper edge of a Band
	Shape Shape
	Ink   Ink
	Style int      // dash and marker; series of the same ink may differ in it
	Width float64  // of the line, or of half a marker of Points, in points; 0: as the ink has it
	Names []string // what each point is called in the tables, or nil
	Plain bool     // a line without dashes and markers: one of many, or told apart otherwise
	// Filled reports for Points and Stems whether marker k is filled; nil: all.
	Filled []bool
}

// Rule is a straight line across a panel with its meaning written at its end.
type Rule struct {
	Vertical bool
	At       float64
	Label    string
}

// Label is a word at a point of a panel. Side says where it stands as seen from
// the point, if there is room.
type Label struct {
	X, Y float64
	Text string
	Side Side
	Dot  bool    // mark the point itself
	Gap  float64 // from the point, in points, where more than a dot is drawn there; 0: the usual
}

// Side is a direction from a point.
type Side uint8

// The sides.
const (
	Right Side = iota
	Left
	Above
	Below
	Centre // on the point itself
)

// Cells is a heat map: Value[k] in [0, 1] of the point (X[k], Y[k]), drawn over
// the box around it. NaN is an empty cell.
type Cells struct {
	X, Y, Value              []float64
	Left, Right, Bottom, Top []float64 // of the boxes
	Name                     string    // what Value is, for the table
	Low, High                string    // what 0 and 1 mean, for the legend; both "": not in it
	Grey                     bool      // from black to white in every theme: a photograph
}

// Table is the numbers of a figure for people and for copying.
type Table struct {
	Caption string
	Columns []string
	Rows    [][]string
}
