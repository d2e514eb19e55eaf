# The way in. Meson builds (see meson.build); this file says which forms of the build there are.
#
#   make build    the programs, as they are shipped, at build/
#   make run      runs containers from this machine's files and from Debian's busybox, and explains one
#   make check    runs all tests; the last line is the count
#   make check-peers  runs the tests with Podman, Docker and containerd; for a machine that is there for
#                 tests, since their packages start daemons
#   make check-vm  runs tests in virtual machines, for what this one does not have: cgroup v2, systemd, arm64
#   make lint     clang-tidy, gcc -fanalyzer, cppcheck
#   make bench    measures the start of a container against other runtimes
#   make bench-vm measures containers with limits in a virtual machine with cgroup v2
#   make install  DESTDIR and PREFIX (/usr/local) as usual
#
# Each target installs the packages that it needs and that are missing (Debian, Ubuntu; as root).

PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 6
export FUZZ_SECONDS

# Which parts of the tests `check` runs (tests/run).
CHECK_PARTS ?= unit golden checks fuzz root image engine vm

# A warning of a compiler that nobody here has seen yet should stop nobody but us.
WERROR = $(if $(CI),true,false)

# Ninja sees by itself when a meson.build has changed.
MESON_SETUP = meson setup $(@D)

.PHONY: build run check check-peers check-vm golden-update lint bench bench-vm install clean

build: build/release/build.ninja build/helpers/build.ninja
	ninja -C build/release
	ninja -C build/helpers
	mkdir -p build/libexec/taru
	tools/split-debug build/release/src/oci/taru-oci build/taru-oci
	tools/split-debug build/release/src/cli/taru build/taru
	tools/split-debug build/release/src/monitor/taru-monitor build/libexec/taru/taru-monitor
	tools/split-debug build/release/src/names/taru-names build/libexec/taru/taru-names
	tools/split-debug build/release/src/outward/taru-outward build/libexec/taru/taru-outward
	tools/split-debug build/release/src/ports/taru-ports build/libexec/taru/taru-ports
	tools/split-debug build/helpers/src/fetch/fetch build/libexec/taru/fetch
	tools/split-debug build/helpers/src/unpack/unpack build/libexec/taru/unpack
	tools/split-debug build/release/src/init/init build/libexec/taru/init
	@$(MAKE) --no-print-directory $(CATALOGUES)

# What the programs say in other languages: found beside them, as what they start is (src/base/translate.h).
CATALOGUES = $(patsubst po/%.po,build/share/locale/%/LC_MESSAGES/taru.mo,$(wildcard po/*.po))

build/share/locale/%/LC_MESSAGES/taru.mo: po/%.po
	@mkdir -p $(@D)
	@if command -v msgfmt >/dev/null; then msgfmt --check-format --output-file=$@ $<; \
	else echo "no msgfmt (package gettext): the programs speak English alone"; fi

# Without gettext all is built but the catalogues.
build/release/build.ninja: meson/musl.ini meson_options.txt
	tools/install-packages build
	tools/install-packages translations || true
	rm -rf $(@D)
	$(MESON_SETUP) --native-file meson/musl.ini

# Programs that are linked with glibc and libraries.
build/helpers/build.ninja: meson_options.txt
	tools/install-packages build
	rm -rf $(@D)
	$(MESON_SETUP) -Dhelpers=true -Dprograms=false

run: build
	tools/install-packages run
	tools/demo build/demo

# Two more forms of the same code, with the sanitizers: by gcc; and by clang, for the side that needs no root, with what
# libFuzzer counts, so that unit tests and fuzzers are made of the same objects. -O1 and -g1 are as much as
# the sanitizers need to tell a line, and a quarter less to compile.
SANITIZED = -Dtests=true -Db_sanitize=address,undefined -Doptimization=1 -Ddebug=false -Dwerror=$(WERROR)

build/gcc/build.ninja: meson_options.txt
	rm -rf $(@D)
	CC=gcc $(MESON_SETUP) $(SANITIZED) -Dc_args=-g1

build/clang/build.ninja: meson_options.txt
	rm -rf $(@D)
	CC=clang $(MESON_SETUP) $(SANITIZED) -Dfuzz=true -Dprograms=false -Db_lundef=false \
		'-Dc_args=-g1 -fsanitize=fuzzer-no-link' -Dc_link_args=-fsanitize=fuzzer-no-link

check: build
	tools/install-packages run
	tools/install-packages test
	tools/install-packages lint
	tools/install-packages vm
	$(MAKE) --no-print-directory build/gcc/build.ninja build/clang/build.ninja
	ninja -C build/gcc
	ninja -C build/clang
	@tests/run $(CHECK_PARTS)

check-peers: build
	tools/install-packages peers
	@tests/run peers

check-vm: build
	tools/install-packages vm
	@tests/run vm

golden-update:
	tools/install-packages test
	$(MAKE) --no-print-directory build/gcc/build.ninja
	ninja -C build/gcc
	build/gcc/tests/golden/golden --update tests/golden
	DASHBOARD_UPDATE=1 build/gcc/tests/unit/test_dashboard

lint: build
	tools/install-packages lint
	tools/lint

bench: build
	tools/install-packages run
	tools/install-packages bench
	bench/run.sh
	bench/engine.py
	bench/network.py
	bench/names.py

bench-vm: build
	tools/install-packages run
	tools/install-packages bench
	tools/install-packages vm
	bench/run.sh build
	tests/vm/run --disk --env "RUNS=$${RUNS:-20}" --time-limit 1800 bench/run.sh limits calls

install: build
	install -D -m 755 build/taru-oci "$(DESTDIR)$(PREFIX)/bin/taru-oci"
	install -D -m 755 build/taru "$(DESTDIR)$(PREFIX)/bin/taru"
	install -D -m 755 build/libexec/taru/fetch "$(DESTDIR)$(PREFIX)/libexec/taru/fetch"
	install -D -m 755 build/libexec/taru/unpack "$(DESTDIR)$(PREFIX)/libexec/taru/unpack"
	install -D -m 755 build/libexec/taru/taru-monitor "$(DESTDIR)$(PREFIX)/libexec/taru/taru-monitor"
	install -D -m 755 build/libexec/taru/taru-names "$(DESTDIR)$(PREFIX)/libexec/taru/taru-names"
	install -D -m 755 build/libexec/taru/taru-outward "$(DESTDIR)$(PREFIX)/libexec/taru/taru-outward"
	install -D -m 755 build/libexec/taru/taru-ports "$(DESTDIR)$(PREFIX)/libexec/taru/taru-ports"
	install -D -m 755 build/libexec/taru/init "$(DESTDIR)$(PREFIX)/libexec/taru/init"
	for language in $(patsubst po/%.po,%,$(wildcard po/*.po)); do \
		mo="share/locale/$$language/LC_MESSAGES/taru.mo"; \
		[ ! -f "build/$$mo" ] || install -D -m 644 "build/$$mo" "$(DESTDIR)$(PREFIX)/$$mo"; \
	done
	install -D -m 644 build/release/man/taru-oci.1 "$(DESTDIR)$(PREFIX)/share/man/man1/taru-oci.1"
	install -D -m 644 build/release/man/taru.1 "$(DESTDIR)$(PREFIX)/share/man/man1/taru.1"

clean:
	rm -rf build
