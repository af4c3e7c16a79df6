# SPDX-License-Identifier: GPL-3.0-or-later
# The plain waitlist beside other tools; docs/BENCH.md. Included by the Makefile.
PEER_SOURCES  := $(wildcard tests/bench/peers/*.c)
PEER_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(PEER_SOURCES))

.PHONY: bench-programs bench-waitlist bench-agree bench-agree-quick install-bench
install-bench: install-run
	$(call install_missing,tests/bench/apt-bench.txt)

$(PEER_PROGRAMS): $(BUILD)/%: %.c $(wildcard tests/bench/peers/*.h) $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< -lm

bench-programs: $(BUILD)/restocklab $(PEER_PROGRAMS)
bench-waitlist: bench-programs
	/usr/bin/python3 tests/bench/waitlist.py --build $(BUILD) --csv $(BUILD)/bench/waitlist.csv $(BENCH_WAITLIST)
bench-agree: bench-programs
	/usr/bin/python3 tests/bench/agree.py --build $(BUILD)
bench-agree-quick: bench-programs
	/usr/bin/python3 tests/bench/agree.py --build $(BUILD) --quick
