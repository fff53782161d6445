package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	// A test that needs a real process of its own runs this binary again.
	if os.Getenv("TACIT_TEST_COMMAND") != "" {
		os.Exit(mainCode())
	}
	testscript.Main(m, map[string]func(){
		"tacit": func() { os.Exit(mainCode()) },
	})
}

// TestScripts runs testdata/script/*.txt: each is a session with the command.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:  "testdata/script",
		Cmds: scriptCommands,
		Setup: func(env *testscript.Env) error {
			root, err := os.Getwd()
			if err != nil {
				return err
			}
			env.Setenv("MODULE", root+"/../..")
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}
