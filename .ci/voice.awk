# The voice on each network from the output of BenchmarkVoice: ours / baresip's, and *
# where baresip's is better by more than a run differs from the next.

function better(unit, ours, theirs) { return unit == "mos" ? theirs > ours + 0.05 : theirs < 0.95 * ours - 1 }
function cell(key, unit, form,   o, t) {
	o = value[key, "permanence", unit]; t = value[key, "baresip", unit]
	if (o == "") return "/ " sprintf(form, t)
	if (t == "") return sprintf(form, o)
	return sprintf(form, o) " / " sprintf(form, t) (better(unit, o + 0, t + 0) ? " *" : "")
}
BEGIN {
	row = "%-28s %15s %15s %15s %14s %15s %15s %12s %14s %14s\n"
	printf row, "", "mouth to ear ms", "p95 at ear ms", "MOS", "muted %", "spoilt at ear %", "spoilt at mic %", "concealed %", "CPU %", "pace p99 ms"
}
/^BenchmarkVoice\// {
	split($1, at, "/"); key = at[2] " " at[3]; who = at[4]; sub(/-[0-9]+$/, "", who)
	if (!(key in seen)) { seen[key] = 1; keys[++n] = key }
	for (i = 3; i < NF; i += 2) value[key, who, $(i + 1)] = $i
}
END { for (k = 1; k <= n; k++) printf row, keys[k], cell(keys[k], "mouth-to-ear-ms", "%.0f"), cell(keys[k], "ear-p95-ms", "%.0f"),
	cell(keys[k], "mos", "%.2f"), cell(keys[k], "muted-%", "%.1f"), cell(keys[k], "spoilt-%", "%.0f"), cell(keys[k], "mic-spoilt-%", "%.0f"),
	cell(keys[k], "concealed-%", "%.1f"), cell(keys[k], "cpu-%", "%.1f"), cell(keys[k], "pace-p99-ms", "%.0f") }
