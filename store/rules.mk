# NAME.sql as a list of C strings, one a line (one long literal would pass the 4095 characters of ISO C).
$(BUILD)/store/%.inc: store/%.sql
	@mkdir -p $(@D)
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n",/' $< > $@.part && mv $@.part $@
$(BUILD)/store/schema.o: $(BUILD)/store/schema.inc $(BUILD)/store/sweep.inc $(BUILD)/store/journal.inc
