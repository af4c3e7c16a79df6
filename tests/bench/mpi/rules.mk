# SPDX-License-Identifier: GPL-3.0-or-later
# bench-mpi: two ranks beside two threads and two separate processes; a table, and CSV in $(BUILD)/bench/ranks.csv.
# BENCH_MPI_FLAGS="--seconds S --rounds N". Included by the Makefile; docs/SCALE.md.
.PHONY: bench-mpi bench-mpi-run
bench-mpi: install-mpi
	@+$(again) $(with_mpi) bench-mpi-run
bench-mpi-run: all
	@mkdir -p $(BUILD)/bench
	python3 tests/bench/mpi/ranks.py --build $(BUILD) --csv $(BUILD)/bench/ranks.csv $(BENCH_MPI_FLAGS)
