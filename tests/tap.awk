# Counts the results in the output of a test program (Test Anything Protocol): prints how many passed,
# failed and were skipped. `name` is what the program is called, `status` what it ended with.

function add(file, text) { print "  " name ": " text >>file }

/^1\.\.[0-9]+/ { promised += substr($1, 4); plans++ }

/^(not )?ok([ \t]|$)/ {
	results++
	what = $0
	sub(/^(not )?ok *[0-9]* *(- )?/, "", what)
	if (what ~ /# *[Ss][Kk][Ii][Pp]/) {
		add(skips, what)
		skipped++
		if (must_work)
			failed++
	} else if ($1 == "not") {
		add(failures, what)
		failed++
	} else {
		passed++
	}
}

END {
	if (status == 124 || status == 137) {
		add(failures, "took too long")
		failed++
	} else if (status && !failed) {
		add(failures, "ended with status " status)
		failed++
	} else if (results < promised || !plans) {
		add(failures, "gave " (results + 0) " results of " (promised + 0))
		failed++
	}
	print passed + 0, failed + 0, skipped + 0
}
