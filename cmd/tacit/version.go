package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/tacit-dev/tacit"
)

// version is the release this binary was built from.
const version = tacit.Version

// versionLine says which program on which platform is speaking.
func versionLine() string {
	return fmt.Sprintf("tacit %s %s %s/%s", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func newVersion(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "print the version, the Go release and the platform",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			if !env.json {
				return env.term.result([]byte(versionLine() + "\n"))
			}
			var o object
			o.set("schema", "tacit.version/1")
			o.set("version", version)
			o.set("go", runtime.Version())
			o.set("os", runtime.GOOS)
			o.set("arch", runtime.GOARCH)
			return env.print(&o)
		},
	}
}

// print writes a JSON document to stdout.
func (env *environment) print(o *object) error {
	doc, err := o.document()
	if err != nil {
		return err
	}
	return env.term.result(doc)
}

// noArguments refuses arguments in the words of this command.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return usagef("%s takes no arguments, but got %q", c.CommandPath(), args[0])
}
