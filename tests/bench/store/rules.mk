# SPDX-License-Identifier: GPL-3.0-or-later
# bench-store: writing a run store beside bare prepared inserts; a table, and CSV in $(BUILD)/bench/store.csv.
.PHONY: bench-store
BENCH_STORE := $(BUILD)/tests/bench/store/bench
$(BENCH_STORE): $(BUILD)/tests/bench/store/bench.o $(foreach f,$(NEEDS_store),$(call lib,$(f)))
	$(call say,LD)$(CC) $(LDFLAGS) $(LTO) -o $@ $^ $(LDLIBS)
bench-store: $(BENCH_STORE)
	@mkdir -p $(BUILD)/bench
	$(BENCH_STORE) $(BENCH_STORE_FLAGS) $(BUILD)/bench $(BUILD)/bench/store.csv
