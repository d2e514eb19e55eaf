# Reads C files; says where a function is longer than 60 lines (from the line of its name to its closing
# brace), a file longer than 500, a line wider than 120 columns (100 is
# the aim).
#
# No parser is needed: the house style opens the body of a function with a brace alone in
# the first column, closes it with one, and puts nothing else there.

function width(line,    i, columns)
{
	columns = 0
	for (i = 1; i <= length(line); i++)
		columns = substr(line, i, 1) == "\t" ? columns + 8 - columns % 8 : columns + 1
	return columns
}

function report(text)
{
	print FILENAME ":" FNR ": " text
	failed = 1
}

FNR == 1 { body = 0; name = ""; start = 0 }
FNR == 501 { report("the file has more than 500 lines") }
width($0) > 120 { report("the line is wider than 120 columns") }

# A declaration begins at a line that starts with a word, after one that does not go on.
!body && /^[A-Za-z_]/ && !continued { start = FNR; name = $0 }
!body { continued = /^[A-Za-z_\t ]/ && !/[;}]$/ && !/^#/ && !/:$/ && !/^ \*/ }

!body && /^[A-Za-z_][^=]*\)[^=]*\{$/ { report("the brace of a function stands on a line of its own") }
/^\{$/ { body = 1 }
/^\}$/ && body {
	body = 0
	continued = 0
	functions++
	lines = FNR - start + 1
	if (lines > 60)
		report(lines " lines: " name)
}

END { exit failed }
