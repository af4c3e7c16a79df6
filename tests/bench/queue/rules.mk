# bench-queue: the event queue beside a calendar queue and heaps; a table, and CSV in $(BUILD)/bench/queue.csv.
.PHONY: bench-queue
BENCH_QUEUE := $(BUILD)/tests/bench/queue/bench
$(BENCH_QUEUE): $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(wildcard tests/bench/queue/*.c)) $(call lib,sim)
	$(call say,LD)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
bench-queue: $(BENCH_QUEUE)
	@mkdir -p $(BUILD)/bench
	$(BENCH_QUEUE) $(BENCH_QUEUE_FLAGS) $(BUILD)/bench/queue.csv
