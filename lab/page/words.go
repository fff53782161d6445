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

// counted is a number with the word for one or for many.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// fact is a number with its name.
func fact(name string, format string, args ...any) Fact {
	return Fact{name, fmt.Sprintf(format, args...)}
}
