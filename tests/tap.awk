# Counts the results in the output of a test program (Test Anything Protocol): prints how many passed,
# failed and were skipped. `name` is what the program is called, `status` what it ended with; `skips`, `failures`,
# `reasons` and `unsteady` are files: the first two get a line for each test, the others also what was said of a failure,
# which are the lines after the result that begin with #: of more than 20 the first ones (where it failed) and the last.
# Unsteady are those that passed only when they were run once more (tests/again).

function add(file, text) { print "  " name ": " text >>file }

function quote(file)
{
	end_quote()
	said_to = file
}

function end_quote(    i)
{
	for (i = 1; i <= said; i++)
		if (said <= 20 || i <= 5 || i > said - 14)
			print "      " line[i] >>said_to
		else if (i == 6)
			print "      # […]" >>said_to
	said = 0
	said_to = ""
}

function fail(what)
{
	add(failures, what)
	add(reasons, what)
	failed++
	quote(reasons)
}

# The last lines of all, for a program that did not say which test it was.
function say_last(    i)
{
	for (i = NR > 20 ? NR - 19 : 1; i <= NR; i++)
		print "      " last[i % 20] >>reasons
}

{ last[NR % 20] = $0 }

/^1\.\.[0-9]+/ { promised += substr($1, 4); plans++ }

/^(not )?ok([ \t]|$)/ {
	results++
	end_quote()
	what = $0
	sub(/^(not )?ok *[0-9]* *(- )?/, "", what)
	if (what ~ /# *[Ss][Kk][Ii][Pp]/) {
		add(skips, what)
		skipped++
		if (must_work)
			fail(what)
	} else if ($1 == "not") {
		fail(what)
	} else if (what ~ /# UNSTEADY/) {
		add(unsteady, what)
		quote(unsteady)
		if (must_work)
			fail(what)
		else
			passed++
	} else {
		passed++
	}
	next
}

/^#/ && said_to { line[++said] = $0 }

END {
	end_quote()
	if (status == 124 || status == 137) {
		fail("took too long")
		say_last()
	} else if (status && !failed) {
		fail("ended with status " status)
		say_last()
	} else if (results < promised || !plans) {
		fail("gave " (results + 0) " results of " (promised + 0))
		say_last()
	}
	print passed + 0, failed + 0, skipped + 0
}
