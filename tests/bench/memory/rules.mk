# SPDX-License-Identifier: GPL-3.0-or-later
# bench-memory: bytes a shopper and an open interest; a table, and CSV in $(BUILD)/bench/memory.csv.
# BENCH_FULL=1: one trial of ten million shoppers, too.
.PHONY: bench-memory
bench-memory: $(BUILD)/restocklab
	@mkdir -p $(BUILD)/bench
	python3 tests/bench/memory/memory.py --build $(BUILD) --csv $(BUILD)/bench/memory.csv $(if $(BENCH_IS_FULL),--huge) $(BENCH_MEMORY_FLAGS)
