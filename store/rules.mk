# schema.sql as a list of C strings, one a line (one long literal would pass the 4095 characters of ISO C).
$(BUILD)/store/schema.inc: store/schema.sql
	@mkdir -p $(@D)
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/"&\\n",/' $< > $@.part && mv $@.part $@
$(BUILD)/store/schema.o: $(BUILD)/store/schema.inc
