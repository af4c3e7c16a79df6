# SPDX-License-Identifier: GPL-3.0-or-later
# bench-csv: reading a trace of stock and one of shoppers' events beside a bare libcsv loop; two tables, and CSV in
# $(BUILD)/bench/csv.csv and csv-events.csv.
.PHONY: bench-csv
BENCH_CSV := $(BUILD)/tests/bench/csv/bench
$(BENCH_CSV): $(BUILD)/tests/bench/csv/bench.o $(foreach f,$(NEEDS_scenarios),$(call lib,$(f)))
	$(call say,LD)$(CC) $(LDFLAGS) $(LTO) -o $@ $^ $(LDLIBS)
bench-csv: $(BENCH_CSV)
	@mkdir -p $(BUILD)/bench
	$(BENCH_CSV) $(BENCH_CSV_FLAGS) $(BUILD)/bench $(BUILD)/bench/csv.csv
	$(BENCH_CSV) --events --rounds 3 $(BENCH_CSV_EVENTS_FLAGS) $(BUILD)/bench $(BUILD)/bench/csv-events.csv
