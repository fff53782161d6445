package page

import "fmt"

// same tests that what happened is what was predicted, in words.
func same(name, predicted, measured string) Check {
	c := Check{Name: name, Predicted: predicted, Measured: measured, Pass: predicted == measured}
	if !c.Pass {
		c.Error = 1
	}
	return c
}

// fact is a number with its name.
func fact(name string, format string, args ...any) Fact {
	return Fact{name, fmt.Sprintf(format, args...)}
}
