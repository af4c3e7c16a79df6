# restocklab - GNU make, one file.
#   make            build build/release/restocklab
#   make demo       install what is missing, build, run the sneaker scenario, write demo/report.html
#   make check      install what is missing, build, static checks, every test
#   make san|tsan   the tests under ASan+UBSan, under TSan
#   make VARIANT=release|debug|san|tsan CC=gcc|clang
SHELL   := /bin/bash
VARIANT ?= release
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
BUILD   ?= build/$(VARIANT)
FOLDERS := engine stats store models scenarios sim reports lab cli

WARN    := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
OPT_release := -O2 -g
OPT_debug   := -O0 -g3
OPT_san     := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPT_tsan    := -O1 -g -fsanitize=thread
PKGS    := gsl sqlite3 yaml-0.1 jansson zlib libxxhash
CFLAGS  := -std=c17 -D_POSIX_C_SOURCE=200809L -ffp-contract=off $(WARN) $(OPT_$(VARIANT)) -pthread -I. -I$(BUILD) \
           $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDFLAGS := $(OPT_$(VARIANT)) -pthread
LDLIBS  := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv -lm

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

src = $(filter-out cli/main.c,$(wildcard $(1)/*.c $(1)/*/*.c))
obj = $(patsubst %.c,$(BUILD)/%.o,$(call src,$(1)))
lib = $(BUILD)/lib$(1).a

TESTS     := $(wildcard tests/unit/*.c tests/property/*.c tests/validation/*.c)
TEST_BINS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(TESTS))

.PHONY: all demo check static test san tsan clean install-run install-dev
all: $(BUILD)/restocklab

$(BUILD)/restocklab: $(BUILD)/cli/main.o $(foreach f,$(NEEDS_cli),$(call lib,$(f)))
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

define folder_lib
$(call lib,$(1)): $(call obj,$(1))
	@rm -f $$@; ar rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call folder_lib,$(f))))

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# tests/unit/FOLDER_what.c and tests/property/FOLDER_what.c link only what FOLDER may use; validation tests link everything.
unit_folder = $(firstword $(subst _, ,$(notdir $(1))))
.SECONDEXPANSION:
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/tests/support.o $$(foreach f,$$(NEEDS_$$(call unit_folder,$$*)),$$(call lib,$$(f)))
	$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)
$(BUILD)/tests/property/%: $(BUILD)/tests/property/%.o $(BUILD)/tests/support.o $$(foreach f,$$(NEEDS_$$(call unit_folder,$$*)),$$(call lib,$$(f)))
	$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)
$(BUILD)/tests/validation/%: $(BUILD)/tests/validation/%.o $(BUILD)/tests/support.o $(foreach f,$(NEEDS_cli),$(call lib,$(f)))
	$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)

# schema.sql as a C string
-include store/rules.mk
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
