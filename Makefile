# Permanence. `make run` to see it work, `make test` to see it proven.

# One environment for every target, so that all of them share Go's build cache.
# Opus is linked statically; its file reader (libopusfile) is not needed.
export GOFLAGS     := -buildvcs=false -trimpath -tags=nolibopusfile
export CGO_LDFLAGS := -O2 -g -Wl,-Bstatic -lopus -Wl,-Bdynamic -lm

BINARY  := bin/permanence
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
TOOL    := go tool -modfile=.ci/tools.mod

# What runs under the race detector: all but the packages that start no goroutine
# and take several times as long with it (those that draw, audio/opus, audio/treat,
# store/officesim), and the
# end-to-end tests, which run the program itself.
NOT_RACED := /(cmd/permanence|ui|ui/widgets|ui/theme|ui/story|audio/opus|audio/treat|store/officesim)$$
DEVICES   := /audio/device(/.*)?$$
PACKAGES   = $(shell go list ./...)
RACED      = $(shell go list ./... | grep -v -E '$(NOT_RACED)|$(DEVICES)')
UNRACED    = $(shell go list ./... | grep -E '$(NOT_RACED)' | grep -v '/cmd/')

.PHONY: run build office test check sim sim-planted office-proof bench bench-all fuzz clean setup setup-test

run: build ## open the demo; without a display, rehearse it on a screen in memory
	$(BINARY) demo $(if $(DISPLAY)$(WAYLAND_DISPLAY),,--rehearse)

build: setup ## make bin/permanence
	go build -ldflags '-X main.version=$(VERSION)' -o $(BINARY) ./cmd/permanence

office: ## make bin/permanence-office: the server alone, without window and sound, for any Linux
	CGO_ENABLED=0 GOFLAGS='-buildvcs=false -trimpath -tags=office' \
		go build -ldflags '-X main.version=$(VERSION)' -o $(BINARY)-office ./cmd/permanence

# How long the tests of one package may take: a machine that others use too is no
# reason to end them.
PATIENCE := -timeout 30m

# The runs are apart on purpose: the tests of the devices and from end to end listen
# for tones in real time and want the two cores for themselves.
test: export PERMANENCE_INTEROP := required
test: export PERMANENCE_BINARY := $(CURDIR)/$(BINARY)
test: setup-test build ## run every test, with real SIP peers, sound and a screen
	go test $(PATIENCE) -race $(RACED)
	go test $(PATIENCE) -race ./audio/device/...
	go test $(PATIENCE) $(UNRACED)
	go test $(PATIENCE) -count=1 -v -run '^Test(E2E|Script)' ./cmd/permanence
	go test $(PATIENCE) -skip '^Test(E2E|Script)' ./cmd/permanence

check: setup ## format, vet, staticcheck, and generated files up to date
	@unformatted=$$($(TOOL) gofumpt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "not formatted with gofumpt:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(TOOL) staticcheck -checks inherit,ST1000,ST1020,ST1021,ST1022 ./...
	go generate ./...
	git diff --exit-code

SEEDS ?= 200
sim: ## run SEEDS worlds of an office and four desks, eight hours each, with all faults
	go test ./store/officesim -count=1 -timeout 60m -parallel 8 -run TestSeed -seed 1 -seeds $(SEEDS) -desks 4 -hours 8

sim-planted: ## plant mistakes in the code: the simulation must find each within 50 worlds, by what it breaks
	GOFLAGS="$(GOFLAGS),planted" go test ./store/officesim -count=1 -timeout 60m -v -run TestPlanted

KILLS ?= 200
office-proof: export PERMANENCE_INTEROP := required
office-proof: export PERMANENCE_KILLS := $(KILLS)
office-proof: export PERMANENCE_BINARY := $(CURDIR)/$(BINARY)
office-proof: setup-test build ## kill an office and its desks KILLS times, on each database; have 16 desks write for a minute
	go test -count=1 -timeout 60m -v -run '^TestE2EOfficeKilled' ./cmd/permanence
	go test -count=1 -timeout 60m -v -run '^TestNoCommitIsMissed$$' ./store/office -writing 60s

bench: export PERMANENCE_INTEROP := required
bench: export PERMANENCE_BINARY := $(CURDIR)/$(BINARY)
bench: setup-test build ## measure what the user feels: medians, 99th percentiles, aims
	@.ci/bench

bench-all: setup-test build ## run every micro-benchmark as well
	go test -run '^$$' -bench . -benchmem $(PACKAGES)

FUZZTIME ?= 5m
fuzz: setup ## run each fuzz target for FUZZTIME; what it finds stays in testdata/fuzz
	@FUZZTIME=$(FUZZTIME) .ci/fuzz $(PACKAGES)

clean: ## remove what the other targets made
	rm -rf bin out

setup:
	@.ci/setup

setup-test:
	@.ci/setup --test
