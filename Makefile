# The commands of the project. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
include .ci/versions

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
COMMIT  ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
DATE    ?= $(shell git log -1 --format=%cI 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT) -X main.date=$(DATE)
TARGETS := linux/amd64 linux/arm64 darwin/arm64
GOFILES  = $(shell git ls-files -co --exclude-standard '*.go')
WITHPG  := go run ./internal/pgtest/withpg
ADDR    ?= 127.0.0.1:8080
ARGS    ?=

.PHONY: help demo test check bench lint fmt fmt-check vet gotest fuzz web web-test e2e openapi build release image tools clean

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: web build ## build all and serve a demo company on 127.0.0.1:8080 (ADDR=host:port, ARGS=--reset)
	@exec bin/saveline demo -addr $(ADDR) $(ARGS)

test: ## everything the project has, as CI runs it, with a budget per stage
	@.ci/stages

check: fmt-check vet ## the inner loop, under 3 minutes: format, vet, Go tests without the race detector
	@$(WITHPG) go test ./...

BENCHES := ./campaigns ./internal/facts ./commissions ./commissions/rules ./cmd/saveline
bench: ## the figures of docs/operate.md: shares of a limit or a peer gate, absolute times stand beside the machine (SAVELINE_BENCH_ROWS=n, SAVELINE_BENCH_FULL=1)
	@echo "machine: $$(uname -srm), $$(getconf _NPROCESSORS_ONLN) cores, $$(go env GOVERSION), $$(uptime | sed 's/.*load/load/')"
	@$(WITHPG) go test -p 1 -run '^$$' -bench . -benchtime 1x -timeout 60m $(if $(PKG),$(PKG),$(BENCHES))

lint: fmt-check vet bin/golangci-lint ## every linter of .golangci.yml
	@CGO_ENABLED=0 bin/golangci-lint run --allow-serial-runners ./...

fmt: bin/gofumpt ## format the Go code
	@bin/gofumpt -w $(GOFILES)

fmt-check: bin/gofumpt
	@out=$$(bin/gofumpt -l $(GOFILES)); [ -z "$$out" ] || { echo "not formatted (make fmt):"; echo "$$out"; exit 1; }

vet:
	@CGO_ENABLED=0 go vet ./...

gotest:
	@go build -o bin/summary ./.ci/summary
	@$(WITHPG) go test -race -timeout 20m -json ./... | bin/summary

fuzz: ## every fuzz target for FUZZTIME (10s); FUZZ_MAX=n FUZZ_SEED=s takes a sample
	@$(WITHPG) .ci/fuzz

web: web/dist/app/index.html ## install the page's packages and build it into web/dist

web/node_modules/.package-lock.json: $(wildcard web/package-lock.json)
	@cd web && npm ci --no-audit --no-fund
	@touch $@

WEBFILES = $(shell git ls-files -co --exclude-standard web | grep -v '^web/dist/' || true)
web/dist/app/index.html: web/node_modules/.package-lock.json $(WEBFILES)
	@cd web && npm run build && touch dist/app/index.html

web-test: web/dist/app/index.html
	@.ci/web-test

e2e: web build ## the journeys of each role in headless Chromium against a demo of their own
	@.ci/e2e

openapi: ## write docs/openapi.yaml anew; a test compares it with the code
	@go run ./cmd/saveline openapi > docs/openapi.yaml.new && mv docs/openapi.yaml.new docs/openapi.yaml

build: ## bin/saveline for this machine
	@CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/saveline ./cmd/saveline

release: web ## static binaries with the pages inside, for every target, in dist/
	@rm -rf dist && mkdir -p dist
	@for target in $(TARGETS); do \
		os=$${target%/*}; arch=$${target#*/}; name=saveline-$(VERSION)-$$os-$$arch; \
		CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch go build -trimpath -ldflags '$(LDFLAGS)' -o dist/$$name/saveline ./cmd/saveline; \
		cp -r README.md LICENSE CHANGELOG.md deploy dist/$$name/; \
		tar -C dist -czf dist/$$name.tar.gz $$name; rm -r dist/$$name; echo dist/$$name.tar.gz; \
	done
	@cd dist && sha256sum *.tar.gz > SHA256SUMS

image: ## the container image saveline:VERSION
	@docker build --build-arg VERSION=$(VERSION) --build-arg COMMIT=$(COMMIT) --build-arg DATE=$(DATE) -t saveline:$(VERSION) .

tools: bin/gofumpt bin/golangci-lint ## the pinned Go tools, in bin/

bin/gofumpt: .ci/versions
	@.ci/tool gofumpt mvdan.cc/gofumpt@$(GOFUMPT)

bin/golangci-lint: .ci/versions
	@.ci/tool golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT)

clean: ## remove what the build made; data stays
	@rm -rf bin dist web/dist/app
