# SPDX-License-Identifier: GPL-3.0-or-later
# bench: every benchmark in turn, then one table of all bars; CSV with machine and commit in $(BUILD)/bench; docs/BENCH.md.
# BENCH_FULL=1: the event queue up to ten million pending, more rounds, ten million shoppers, and ranks if Open MPI is there.
# A bar that is missed does not fail it, a benchmark that breaks does. Included by the Makefile.
BENCH_IS_FULL = $(filter-out 0,$(BENCH_FULL))
BENCH_RANKS = $(if $(filter command,$(firstword $(origin BUILD))),$(BUILD)/mpi,build/$(VARIANT)-mpi)/bench/ranks.csv
in_turn = +@$(MAKE) --no-print-directory
.PHONY: bench bench-threads bench-plot
bench: install-bench
	$(in_turn) all bench-programs
	$(in_turn) bench-queue $(if $(BENCH_IS_FULL),,BENCH_QUEUE_FLAGS=--quick)
	$(in_turn) bench-waitlist $(if $(BENCH_WAITLIST),,BENCH_WAITLIST='--rounds $(if $(BENCH_IS_FULL),6,4)')
	$(in_turn) bench-csv
	$(in_turn) bench-store
	$(in_turn) bench-memory
	$(in_turn) bench-engine
	$(in_turn) bench-threads
	+@if [ -n "$(BENCH_IS_FULL)" ] && command -v mpirun >/dev/null; then $(MAKE) --no-print-directory bench-mpi; fi
	@/usr/bin/python3 tests/bench/bars.py --build $(BUILD) --ranks $(BENCH_RANKS)

bench-threads: $(BUILD)/restocklab
	@mkdir -p $(BUILD)/bench
	python3 tests/bench/threads.py --build $(BUILD) --csv $(BUILD)/bench/threads.csv

# Draws what the last bench has measured; SCALING=docs/scaling.png for the picture in the documents.
SCALING = $(BUILD)/bench/scaling.png
bench-plot:
	python3 tests/bench/scaling.py --build $(BUILD) --out $(SCALING)
