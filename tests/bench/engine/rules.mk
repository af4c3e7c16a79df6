# SPDX-License-Identifier: GPL-3.0-or-later
# bench-engine: one restock with a million waiting shoppers; a table, and CSV in $(BUILD)/bench/engine.csv.
.PHONY: bench-engine
BENCH_ENGINE := $(BUILD)/tests/bench/engine/bench
$(BENCH_ENGINE): $(BUILD)/tests/bench/engine/bench.o $(BUILD)/sim/memory.o $(call lib,engine)
	$(call say,LD)$(CC) $(LDFLAGS) $(LTO) -o $@ $^ $(LDLIBS)
bench-engine: $(BENCH_ENGINE)
	@mkdir -p $(BUILD)/bench
	$(BENCH_ENGINE) $(BENCH_ENGINE_FLAGS) $(BUILD)/bench/engine.csv
