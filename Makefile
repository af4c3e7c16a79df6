# restocklab - GNU make, one file. `make help` lists the targets.
#   make VARIANT=release|debug|san|tsan|coverage CC=gcc|clang BUILD=folder
SHELL   := /bin/bash
VERSION := 0.1.0
VARIANT ?= release
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
BUILD   ?= build/$(VARIANT)$(if $(filter-out 0,$(MPI)),-mpi)
FOLDERS := engine stats store models scenarios sim reports lab cli
PREFIX  ?= /usr/local
LIBDIR  ?= $(PREFIX)/lib
INCLUDEDIR   ?= $(PREFIX)/include
MANDIR  ?= $(PREFIX)/share/man
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
JOBS    ?= $(shell nproc 2>/dev/null || echo 1)
FUZZ_SECONDS ?= 20
OBJCOPY ?= objcopy

WARN    := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
# Not SLP: GCC 12 reads two fields as one vector right after one of them was written, and the processor has to wait.
# Aligned, so that the time of a loop does not depend on what stands before it.
OPT_release  := -O2 -g -fno-tree-slp-vectorize -falign-functions=64 -falign-loops=32
OPT_debug    := -O0 -g3
OPT_san      := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT_tsan     := -O1 -g -fsanitize=thread
OPT_coverage := -O1 -g --coverage
OPT_fuzz     := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
# The program is optimised across files, which the event loop gains a sixth from; tests link the plain objects. The loop
# is to be one function with all that is frequent in it, and that is larger than GCC lets one grow by itself.
LTO     := $(if $(filter release,$(VARIANT)),$(if $(findstring gcc,$(CC)),-flto=auto --param=large-function-growth=1000 \
                                                                          --param=large-function-insns=20000))
# One rounding for each operation, on all machines; nobody asks errno or the processor's flags what a function of mathematics did.
MATHS   := -ffp-contract=off -fno-math-errno -fno-trapping-math
PKGS    := gsl sqlite3 yaml-0.1 jansson zlib libxxhash
CFLAGS  := -std=c17 -D_POSIX_C_SOURCE=200809L $(MATHS) $(WARN) $(OPT_$(VARIANT)) $(if $(LTO),$(LTO) -ffat-lto-objects) -pthread \
           -I. -I$(BUILD) \
           $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDFLAGS := $(OPT_$(VARIANT)) -pthread
TEST_LDFLAGS := $(LDFLAGS) -fno-lto
LDLIBS  := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv -lm
# The installed library: any compiler can link it, a shop's own shared object too, and it holds no path of where it was built.
LIBBIS_CFLAGS = $(filter-out -flto% --param% -ffat-lto-objects -pthread,$(CFLAGS)) -fPIC -fvisibility=hidden -ffile-prefix-map=$(CURDIR)=.
# MPI=1: trials on the ranks that mpirun or srun starts (Open MPI, apt-mpi.txt); docs/SCALE.md. Its headers are a system's: not
# warned about.
ifneq ($(filter-out 0,$(MPI)),)
CFLAGS  += -DRESTOCKLAB_MPI $(patsubst -I%,-isystem %,$(shell mpicc --showme:compile 2>/dev/null))
LDLIBS  += $(shell mpicc --showme:link 2>/dev/null)
endif

# What a folder may link against, itself first: the same arrows that tests/check_includes.sh enforces.
NEEDS_engine    := engine
NEEDS_stats     := stats
NEEDS_store     := store
NEEDS_models    := models stats
NEEDS_scenarios := scenarios models engine stats
NEEDS_sim       := sim scenarios models engine stats store
NEEDS_reports   := reports store stats
NEEDS_lab       := lab reports sim scenarios models engine stats store
NEEDS_cli       := cli $(NEEDS_lab)

# The outside headers that a folder may include besides those of libc and POSIX, as shell patterns.
MAY_engine    := xxhash.h
MAY_stats     := gsl/*
MAY_store     := sqlite3.h
MAY_models    := gsl/* Random123/* immintrin.h
MAY_scenarios := yaml.h csv.h jansson.h zlib.h xxhash.h
MAY_sim       := gsl/* xxhash.h mpi.h
MAY_reports   := jansson.h gsl/*
MAY_lab       := jansson.h xxhash.h gsl/gsl_version.h
MAY_cli       := jansson.h

src = $(filter-out cli/main.c,$(wildcard $(1)/*.c $(1)/*/*.c))
obj = $(patsubst %.c,$(BUILD)/%.o,$(call src,$(1)))
lib = $(BUILD)/lib$(1).a
SONAME := libbis.so.$(firstword $(subst ., ,$(VERSION)))
LIBBIS := $(BUILD)/libbis.a $(BUILD)/libbis.so.$(VERSION)
LIBBIS_HEADERS := bis.h policy.h field.h

TESTS     := $(wildcard tests/unit/*.c tests/property/*.c tests/validation/*.c)
TEST_BINS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(TESTS))
# Linked into every test.
TEST_HELP := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/*.c))
QUICK_BINS := $(filter-out $(BUILD)/tests/validation/%,$(TEST_BINS))
RUN_BINS   := $(if $(QUICK),$(QUICK_BINS),$(TEST_BINS))
FUZZERS   := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz/*.c))
# What starts threads is what ThreadSanitizer has to see; the validation tests are long, and start them in the same way.
TSAN_BINS  = $(patsubst tests/%.c,$(BUILD)/tests/%,$(shell grep -lE 'sim/runner\.h|lab/(run|compare|sweep|experiment|coverage)\.h|pthread\.h' \
                 $(filter-out tests/validation/%,$(TESTS)) /dev/null))
SOURCES   := $(sort $(foreach f,$(FOLDERS),$(wildcard $(f)/*.[ch] $(f)/*/*.[ch] $(f)/*.sql)))
STYLED     = $(sort $(filter %.c %.h,$(SOURCES)) $(wildcard tests/*.[ch] tests/*/*.[ch] tests/*/*/*.[ch] docs/*/*.[ch]))

# A run of this Makefile in another variant, in a folder of its own.
sub = $(MAKE) --no-print-directory VARIANT=$(1) BUILD=$(if $(filter command,$(firstword $(origin BUILD))),$(BUILD)/$(1),build/$(1))
# This Makefile anew, on all processors unless -j says otherwise.
again = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))
# One test that does not build must not hide the others: run_tests.sh reports it as failed.
tests_built = $(again) -k test-programs || true
RUN_TESTS = BUILD=$(BUILD) JOBS=$(JOBS) tests/tools/run_tests.sh

# make V=1 shows the commands.
say = $(if $(V),,@echo '  $(1) $@'; )

.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all help demo demo-run check check-run static test test-programs san san-run tsan tsan-run fuzz fuzz-run coverage coverage-run \
        check-mpi check-mpi-run install-mpi golden-update format format-check install uninstall clean install-run install-dev FORCE \
        print-needs print-may print-styled print-cflags
all: $(BUILD)/restocklab $(LIBBIS)

$(BUILD)/restocklab: $(BUILD)/cli/main.o $(foreach f,$(NEEDS_cli),$(call lib,$(f)))
	$(call say,LD)$(CC) $(LDFLAGS) $(LTO) -o $@ $^ $(LDLIBS)

define folder_lib
$(call lib,$(1)): $(call obj,$(1))
	@rm -f $$@; ar rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call folder_lib,$(f))))

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# libbis as it is installed. What its public headers declare is visible (they say so in a pragma) and all else is hidden: the
# linker keeps that from a shared library's users, and objcopy from a static one's, once its objects have been made one.
$(BUILD)/libbis/%.o: engine/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(LIBBIS_CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/libbis.a: $(patsubst engine/%.c,$(BUILD)/libbis/%.o,$(call src,engine))
	$(call say,AR)$(CC) -r -nostdlib -o $(@D)/libbis/libbis.o $^ && $(OBJCOPY) --localize-hidden $(@D)/libbis/libbis.o && \
	    rm -f $@ && ar rcs $@ $(@D)/libbis/libbis.o
$(BUILD)/libbis.so.$(VERSION): $(patsubst engine/%.c,$(BUILD)/libbis/%.o,$(call src,engine))
	$(call say,LD)$(CC) $(OPT_$(VARIANT)) -shared -Wl,-soname,$(SONAME) -o $@ $^ -lm

# Both files change only when what they say does: other flags rebuild everything, other sources the manifest.
replace_if_new = mkdir -p $(@D); cat > $@.new; if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
$(BUILD)/flags: FORCE
	@echo '$(CC) $(CFLAGS); $(LIBBIS_CFLAGS)' | { $(replace_if_new); }
$(BUILD)/version.h: FORCE
	@{ echo '/* Made by the Makefile. */'; \
	   echo '#define RESTOCKLAB_VERSION "$(VERSION)"'; \
	   echo '#define RESTOCKLAB_VARIANT "$(VARIANT)"'; \
	   echo "#define RESTOCKLAB_SOURCE \"$$(sha256sum $(SOURCES) | sha256sum | cut -c1-16)\""; \
	   echo "#define RESTOCKLAB_REVISION \"$$(GIT_OPTIONAL_LOCKS=0 git describe --always --dirty 2>/dev/null || echo none)\""; \
	 } | { $(replace_if_new); }
$(BUILD)/lab/manifest.o $(BUILD)/cli/main.o: $(BUILD)/version.h

# tests/unit/FOLDER_what.c and tests/property/FOLDER_what.c link only what FOLDER may use; validation tests link everything.
unit_folder = $(firstword $(subst _, ,$(notdir $(1))))
.SECONDEXPANSION:
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(TEST_HELP) $$(foreach f,$$(NEEDS_$$(call unit_folder,$$*)),$$(call lib,$$(f)))
	$(call say,LD)$(CC) $(TEST_LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)
$(BUILD)/tests/property/%: $(BUILD)/tests/property/%.o $(TEST_HELP) $$(foreach f,$$(NEEDS_$$(call unit_folder,$$*)),$$(call lib,$$(f)))
	$(call say,LD)$(CC) $(TEST_LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)
$(BUILD)/tests/validation/%: $(BUILD)/tests/validation/%.o $(TEST_HELP) $(foreach f,$(NEEDS_cli),$(call lib,$(f)))
	$(call say,LD)$(CC) $(TEST_LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)
$(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/%.o $$(foreach f,$$(NEEDS_$$(call unit_folder,$$*)),$$(call lib,$$(f)))
	$(call say,LD)$(CC) $(TEST_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS)

# ---- packages: installs what a list names and the system lacks, says so, and does nothing where all is there ----
define install_missing
	@if ! command -v dpkg-query >/dev/null; then echo "Not a Debian system: install what $(1) names by hand." >&2; exit 0; fi; \
	missing=$$(for p in $$(cat $(1)); do \
	    dpkg-query -W -f='$${Status}\n' $$p 2>/dev/null | grep -q 'install ok installed' || echo $$p; done); \
	[ -z "$$missing" ] && exit 0; \
	echo "Installing what is missing of $(1):" $$missing >&2; \
	root=; if [ "$$(id -u)" != 0 ]; then root=sudo; \
	    command -v sudo >/dev/null || { echo "Neither root nor sudo: please install the packages above." >&2; exit 1; }; fi; \
	get() { $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing >&2; }; \
	get || { $$root apt-get update -q >&2 && get; }
endef
install-run:
	$(call install_missing,apt.txt)
install-dev: install-run
	$(call install_missing,apt-dev.txt)
install-mpi: install-dev
	$(call install_missing,apt-mpi.txt)

# ---- the demo. Make is started anew after the installation, for pkg-config is asked when this file is read ----
demo: install-run
	@+$(again) demo-run
demo-run: $(BUILD)/restocklab
	$(BUILD)/restocklab run scenarios/library/sneaker.yaml --twins -o demo
	@echo; echo "Open the report: $(CURDIR)/demo/report.html"

# ---- tests ----
STATIC := $(addprefix tests/,check_style.sh check_includes.sh check_headers.sh check_symbols.sh check_clang.sh check_format.sh check_docs.sh)
BUILT  := $(addprefix tests/,check_cli.sh check_readme.sh check_determinism.sh check_rows.sh check_interrupt.sh check_sweep.sh check_live.sh check_builds.sh \
              check_install.sh)
check: install-dev
	@+$(again) check-run
check-run: all
	@+$(call sub,debug) all
	@+$(tests_built)
	@$(RUN_TESTS) $(STATIC) $(RUN_BINS) $(BUILT)
test-programs: $(RUN_BINS)
static: all
	@$(RUN_TESTS) $(STATIC)
test:
	@+$(tests_built)
	@$(RUN_TESTS) $(RUN_BINS)
san:
	@+ASAN_OPTIONS=allow_user_segv_handler=0 TEST_TIMEOUT=900 $(call sub,san) san-run
san-run: all
	@+$(tests_built)
	@$(RUN_TESTS) $(RUN_BINS) tests/check_cli.sh tests/check_determinism.sh
tsan:
	@+$(call sub,tsan) tsan-run
tsan-run: all $(TSAN_BINS)
	@$(RUN_TESTS) $(TSAN_BINS) tests/check_determinism.sh
fuzz:
	@+$(call sub,fuzz) CC=clang fuzz-run
fuzz-run: $(FUZZERS)
	@BUILD=$(BUILD) FUZZ_SECONDS=$(FUZZ_SECONDS) tests/tools/run_fuzzers.sh $(FUZZERS)
coverage:
	@+$(call sub,coverage) coverage-run
coverage-run: all $(QUICK_BINS)
	@find $(BUILD) -name '*.gcda' -delete
	@-$(RUN_TESTS) $(QUICK_BINS) tests/check_cli.sh tests/check_determinism.sh
	@tests/tools/coverage.sh $(BUILD) $(FOLDERS)
# The program built with MPI=1 beside the one without, on several ranks. Make is started anew, as for the demo.
with_mpi = MPI=1 BUILD=$(if $(filter command,$(firstword $(origin BUILD))),$(BUILD)/mpi,build/$(VARIANT)-mpi)
check-mpi: install-mpi
	@+$(again) MPI= all
	@+$(again) $(with_mpi) PLAIN=$(if $(filter command,$(firstword $(origin BUILD))),$(BUILD),build/$(VARIANT)) check-mpi-run
check-mpi-run: all
	@PLAIN=$(PLAIN) $(RUN_TESTS) tests/check_ranks.sh
golden-update: all
	@BUILD=$(BUILD) tests/check_cli.sh --update
format:
	clang-format -i $(STYLED)
format-check:
	@clang-format --dry-run --Werror $(STYLED)
print-needs:
	@$(foreach f,$(FOLDERS),echo '$(f): $(NEEDS_$(f))';)
print-may:
	@$(foreach f,$(FOLDERS),echo '$(f): $(MAY_$(f))';)
print-styled:
	@printf '%s\n' $(STYLED)
print-cflags:
	@echo '$(filter-out $(MATHS) -Werror,$(CFLAGS))'

# ---- install: program and scenarios below PREFIX, where the program finds them by its own place; libbis ----
SHIPPED    = $(sort $(patsubst scenarios/%,%,$(shell find scenarios/library scenarios/policies -type f 2>/dev/null)))
DATA       = $(PREFIX)/share/restocklab
INSTALLED  = $(PREFIX)/bin/restocklab $(MANDIR)/man1/restocklab.1 $(addprefix $(DATA)/,$(SHIPPED)) \
             $(addprefix $(INCLUDEDIR)/bis/,$(LIBBIS_HEADERS)) $(PKGCONFIGDIR)/bis.pc $(MANDIR)/man3/bis.3 \
             $(addprefix $(LIBDIR)/,libbis.a libbis.so $(SONAME) libbis.so.$(VERSION))
below_prefix = $(patsubst $(PREFIX)/%,$${prefix}/%,$(1))
install: all
	install -d $(addprefix $(DESTDIR),$(sort $(dir $(INSTALLED))))
	install -m 755 $(BUILD)/restocklab $(DESTDIR)$(PREFIX)/bin
	install -m 644 docs/restocklab.1 $(DESTDIR)$(MANDIR)/man1
	for f in $(SHIPPED); do install -m 644 scenarios/$$f $(DESTDIR)$(DATA)/$$f || exit 1; done
	install -m 644 $(addprefix engine/,$(LIBBIS_HEADERS)) $(DESTDIR)$(INCLUDEDIR)/bis
	install -m 644 $(LIBBIS) $(DESTDIR)$(LIBDIR)
	ln -sf libbis.so.$(VERSION) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libbis.so
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(call below_prefix,$(LIBDIR))|' -e 's|@VERSION@|$(VERSION)|' \
	    -e 's|@INCLUDEDIR@|$(call below_prefix,$(INCLUDEDIR))|' engine/bis.pc.in >$(DESTDIR)$(PKGCONFIGDIR)/bis.pc
	install -m 644 docs/bis.3 $(DESTDIR)$(MANDIR)/man3
# Folders that are not ours stay, as do ours if something else has been put into them.
uninstall:
	rm -f $(addprefix $(DESTDIR),$(INSTALLED))
	for d in $$(cd scenarios && find library policies -depth -type d 2>/dev/null) ''; do \
	    rmdir $(DESTDIR)$(DATA)/$$d 2>/dev/null; done; rmdir $(DESTDIR)$(INCLUDEDIR)/bis 2>/dev/null || true
clean:
	rm -rf build demo

help:
	@echo 'make                build build/release/restocklab and libbis'
	@echo 'make demo           install what apt.txt lists if it is missing, build, run the sneaker scenario into demo/'
	@echo 'make check          the same for apt-dev.txt; static checks, then every test'
	@echo 'make test           the test programs only        make static   the static checks only'
	@echo 'make san            tests and program under AddressSanitizer and UndefinedBehaviorSanitizer'
	@echo 'make tsan           the tests that use threads under ThreadSanitizer'
	@echo 'make check-mpi      the same results on threads and on the ranks of Open MPI, which it installs (apt-mpi.txt)'
	@echo 'make fuzz           each fuzzer for FUZZ_SECONDS=$(FUZZ_SECONDS) (clang)'
	@echo 'make coverage       line coverage per folder, by all but the validation tests'
	@echo 'make golden-update  write the command-line goldens again, to be read before they are committed'
	@echo 'make format         clang-format over all sources  make format-check   only look'
	@echo 'make bench          the benchmarks, and a table of their bars; bench-NAME one of them, see docs/BENCH.md'
	@echo 'make install        program, scenarios, libbis and man pages under DESTDIR and PREFIX=$(PREFIX); LIBDIR, INCLUDEDIR,'
	@echo '                    MANDIR and PKGCONFIGDIR may lie elsewhere        make uninstall  removes them'
	@echo 'make clean          remove build/ and demo/'
	@echo 'Variables: VARIANT=release|debug|san|tsan|coverage CC=gcc|clang BUILD=folder JOBS=n'
	@echo '           MPI=1 builds build/release-mpi/restocklab, whose trials mpirun and srun spread: docs/SCALE.md'
	@echo '           QUICK=1 leaves out the long validation tests; V=1 shows the commands'

# schema.sql as a C string
-include store/rules.mk
# benchmarks bring their own rules
-include $(wildcard tests/bench/rules.mk tests/bench/*/rules.mk)
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
