# A list of commands, each of which also runs by hand: nothing here does more
# than it says.

.PHONY: asm build engine test short race vet fmt lint ci bench cover example clean

build: engine     ## the static binary ./tacit
	CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o tacit ./cmd/tacit

engine:           ## the pages as WebAssembly, for `tacit lab --export`
	GOOS=js GOARCH=wasm go build -trimpath -ldflags='-s -w' -o lab/engine/tacit.wasm ./lab/wasm
	gzip -9 -n -f lab/engine/tacit.wasm
	cp "$$(go env GOROOT)/lib/wasm/wasm_exec.js" lab/engine/

test:             ## every test
	go test ./...

short:            ## the tests that take a few seconds in all
	go test -short ./...

race:             ## the race detector where it is cheap (needs a C compiler)
	.ci/race

vet:
	go vet ./...

fmt:
	gofmt -w .

lint:             ## the linter pinned in tools/go.mod, so that everyone runs the same one
	go tool -modfile=tools/go.mod golangci-lint run ./...

ci:               ## what the CI machine runs
	.ci/run

asm:              ## rewrite the assembly of internal/blas from its generator
	cd tools/asmgen && go run .

bench:            ## instance families B1–B13 against the peers that are installed
	go run ./bench

cover:            ## coverage of the library by its own tests
	go test -coverpkg=./... -coverprofile=cover.out ./...
	go tool cover -func=cover.out | tail -1

example:          ## rewrite examples/pooling/A.npy and b.npy
	go run ./examples/pooling

clean:
	rm -f tacit cover.out
