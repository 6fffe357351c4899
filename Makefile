# What to do with this repository. Each target sets up what it needs (scripts/setup) and builds what it uses.
#
#   make demo                  build, start the bundled server, show what reqtask does
#   make js                    the Node-API glue and the JavaScript packages
#   make test                  every test of every suite
#   make load                  1,000,000 requests with aborts, 10,000 streams, exhaustion; a smaller count is a part of "test"
#   make jsi-tests             the JSI binding on JavaScriptCore, a part of "test"; make jsi-hermes: on Hermes, built once
#   make install PREFIX=/usr/local [DESTDIR=]
#   make lint                  formatting and lint checks
#   make tsan                  ffi-tests with all of Rust under ThreadSanitizer; the first time builds Rust's standard library
#   make deny                  licences, sources, doubled versions and (where the database can be fetched) advisories of dependencies
#   make proof                 "test", and docs/proof.md from what it counted
#   make cost [COST=--update]  instructions, system calls and allocations of a request, compared with what they were; a part of "test"
#   make bench                 the figures of benches/, with their peers; make bench-js: Node's clients beside us;
#                              make bench-jsi: what the JSI host adds
#   make rn-example            the example apps for React Native: types, pages, and what Metro and Hermes' compiler make of them
#   make cross [CROSS=TARGET]  the core for arm64, OpenHarmony's and GNU/Linux's: compiled, checked, run in an emulator
#   make cross-mobile          the core for Android and iOS on arm64: compiled, linked against names, checked; not run

CARGO    ?= cargo
CC       ?= cc
PREFIX   ?= /usr/local
LIBDIR   ?= $(PREFIX)/lib
DESTDIR  ?=
FEATURES  = zstd,quiet-deps

# Where scripts/setup puts Node when the machine has none that is new enough.
export PATH := $(abspath build)/tools/node/bin:$(PATH)

TARGET   := $(abspath $(or $(CARGO_TARGET_DIR),target))
RELEASE  := $(TARGET)/release
BUILD    := $(abspath build)

STD_C    = -std=c11 -O2 -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
LINK_LIB = -L$(RELEASE) -lreqtask -Wl,-rpath,$(BUILD)/lib -Wl,-rpath-link,$(BUILD)/lib

TOOL_SRC = $(addprefix examples/c/,reqtask.c args.c loop.c report.c request.c sha256.c text.c transfer.c waterfall.c)
DEMO_SRC = $(addprefix examples/c/,demo.c server.c waterfall.c text.c)

.PHONY: all library tool js js-deps napi-tests jsi jsi-tests jsi-hermes rn-example demo test tsan proof deny cost cross cross-mobile install bench bench-js bench-jsi bench-ureq lint clean server setup-build setup-test setup-servers
.DEFAULT_GOAL := all

all: tool

setup-build:
	@scripts/setup build

setup-test:
	@scripts/setup test

# What cannot be installed is skipped by the tests, which say so.
setup-servers:
	-@scripts/setup servers

# The C libraries. cargo knows best whether anything must be done; named without "rlib", they are linked with LTO, which
# "cargo build" leaves out. build/lib holds the library under its SONAME, where the
# programs built here look for it.
library: setup-build
	$(CARGO) rustc --release --lib --crate-type cdylib,staticlib --features $(FEATURES)
	@mkdir -p $(BUILD)/lib
	@ln -sf $(RELEASE)/libreqtask.so $(BUILD)/lib/libreqtask.so
	@ln -sf $(RELEASE)/libreqtask.so $(BUILD)/lib/libreqtask.so.0

$(BUILD)/reqtask: library $(TOOL_SRC) $(wildcard examples/c/*.h) include/reqtask.h
	$(CC) $(STD_C) -Iinclude $(TOOL_SRC) $(LINK_LIB) -o $@

$(BUILD)/demo: library $(DEMO_SRC) $(wildcard examples/c/*.h) include/reqtask.h
	$(CC) $(STD_C) -Iinclude $(DEMO_SRC) $(LINK_LIB) -lpthread -o $@

tool: $(BUILD)/reqtask

# The scripted server of ffi-tests; the demo, the tests and the benchmarks talk to it.
server: setup-build
	$(CARGO) build --release --manifest-path ffi-tests/server/Cargo.toml --target-dir $(BUILD)/server

demo: $(BUILD)/demo server
	@$(BUILD)/demo $(BUILD)/server/release/scripted-server

# The JavaScript packages: dependencies as the lock file says, the Node-API glue, the compiled TypeScript.
js: setup-test library js-deps
	@$(MAKE) --no-print-directory -C bindings/napi
	@cd bindings && npm run --silent build

js-deps: setup-test
	@cd bindings && if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then npm ci --ignore-scripts --no-audit --no-fund; fi

# The glue as its tests want it: with sanitizers, and as OpenHarmony's flavour.
napi-tests: js
	@$(MAKE) --no-print-directory -C bindings/napi asan fake fake-asan race ohos

# The JSI binding with React Native's own C++, which comes from npm once, over JavaScriptCore.
jsi: js
	@node bindings/jsi/harness/sources.mjs
	@$(MAKE) --no-print-directory -j2 -C bindings/jsi/harness tests

jsi-tests: jsi server
	@bindings/jsi/run-tests

# The same on Hermes, which is built once, in twenty minutes of processor time.
jsi-hermes: js server
	@scripts/setup hermes
	@node bindings/jsi/harness/sources.mjs
	@bindings/jsi/harness/hermes/build
	@$(MAKE) --no-print-directory -j2 -C bindings/jsi/harness hermes
	@bindings/jsi/run-tests hermes

test: setup-test setup-servers tool server js napi-tests jsi $(BUILD)/bench
	@scripts/test

tsan: setup-test
	@scripts/setup tsan
	@ffi-tests/run tsan

# Counts for docs/proof.md, from a whole run.
proof: test
	cp $(BUILD)/proof.md docs/proof.md

# cargo-deny is built once, in some minutes. The database of advisories is not everywhere to be had; that part may fail.
deny: setup-build
	@command -v cargo-deny >/dev/null || [ -x $(BUILD)/tools/bin/cargo-deny ] || $(CARGO) install --quiet --locked --root $(BUILD)/tools cargo-deny
	PATH=$$PATH:$(BUILD)/tools/bin cargo-deny check licenses bans sources
	-PATH=$$PATH:$(BUILD)/tools/bin cargo-deny check advisories

# The example apps for React Native: what their tests check, and Metro's bundle with Hermes' compiler over it.
rn-example: server js
	@examples/react-native/run-tests types pages bundle
	@examples/taro-react-native/run-tests

# CROSS names other targets than arm64's two; docs/portability.md.
CROSS    ?=

cross:
	@scripts/cross/run $(CROSS)

cross-mobile:
	@scripts/cross/run aarch64-linux-android aarch64-apple-ios

install: library
	@packaging/install '$(RELEASE)' '$(DESTDIR)' '$(PREFIX)' '$(LIBDIR)'

# What a request costs, counted. COST=--update writes down what it costs now.
cost: setup-test library
	@benches/cost/run $(COST)

# The benchmark, with libcurl as a peer where its headers are, and Cronet, which it looks for in build/cronet when it runs.
# BENCH=--full takes a quarter of an hour; BENCH='--only get,abort' a part, which is printed and not written.
BENCH    ?=
HAS_CURL  = $(shell printf '\043include <curl/curl.h>\n' | $(CC) -E -o /dev/null - 2>/dev/null && echo yes)
BENCH_SRC = $(if $(HAS_CURL),$(filter-out benches/c/no_curl.c,$(wildcard benches/c/*.c)),$(filter-out %_curl.c,$(wildcard benches/c/*.c)) benches/c/no_curl.c)

# A million requests, ten thousand streams, and all that can run out: ffi-tests/load/README.md.
load: setup-test library server
	@ffi-tests/load/run --full

bench: library
	-@scripts/setup bench
	$(MAKE) --no-print-directory $(BUILD)/bench $(BUILD)/bench-startup
	@$(MAKE) --no-print-directory bench-ureq || echo 'make: ureq could not be built; the benchmark leaves it out' >&2
	@mkdir -p docs/benchmarks
	@$(BUILD)/bench $(BENCH) $(if $(findstring --only,$(BENCH)),,--out docs/benchmarks/c)

bench-js: js
	-@scripts/setup bench
	@mkdir -p docs/benchmarks
	@node benches/node/run.mjs $(BENCH) --out docs/benchmarks/node

bench-jsi: js
	@node bindings/jsi/harness/sources.mjs
	@$(MAKE) --no-print-directory -j2 -C bindings/jsi/harness bench
	@node benches/jsi/run.mjs $(BENCH) --out docs/benchmarks/jsi

$(BUILD)/bench: $(wildcard benches/c/*.[ch]) include/reqtask.h | library
	$(CC) $(STD_C) -D_GNU_SOURCE -DCURL_DISABLE_TYPECHECK -Iinclude $(BENCH_SRC) $(LINK_LIB) $(if $(HAS_CURL),-lcurl) -Wl,--disable-new-dtags,-rpath,$(BUILD)/cronet -ldl -lpthread -lm -o $@

# ureq as it comes, as a peer: a program of its own.
bench-ureq:
	$(CARGO) build --quiet --release --manifest-path benches/ureq/Cargo.toml --target-dir $(BUILD)/ureq
	@ln -sf ureq/release/bench-ureq $(BUILD)/bench-ureq

# Links no HTTP library: it loads one.
$(BUILD)/bench-startup: benches/c/startup/startup.c benches/c/clock.h include/reqtask.h
	$(CC) $(STD_C) -D_GNU_SOURCE -Iinclude $< -ldl -o $@

lint: setup-test js-deps
	@scripts/lint

clean:
	rm -rf $(BUILD)
	$(CARGO) clean
