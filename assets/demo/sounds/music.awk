# Plays music.txt: writes samples at RATE (sox's .dat text), as an electric piano
# would sound at a distance. What still sounds at the end of the last bar goes on at
# the beginning of the first, so that the loop has no seam.

BEGIN {
	RATE = 16000; BEAT = 0.8; PI = atan2(0, -1); notes = 0
	FS = " *[|] *"
	split("C D E F G A B", names, " "); split("0 2 4 5 7 9 11", steps, " ")
	for (i in names) semitone[names[i]] = steps[i]
}

/^#/ { next }

{
	at = 4 * bars++
	play($1, at, 4, 0.30)
	count = split($2, chord, " ")
	for (i = 1; i <= count; i++) play(chord[i], at + (i - 1) / 2, 2, 0.16)
	count = split($3, melody, " ")
	for (i = 1; i <= count; i++) { split(melody[i], m, ":"); play(m[1], at + m[2], m[3], 0.34) }
}

# play notes down a note; the samples are added up at the end, when the length is known.
function play(note, at, beats, loud) {
	pitch[notes] = 440 * 2 ^ ((semitone[substr(note, 1, 1)] + 12 * substr(note, 2) - 57) / 12)
	begins[notes] = at; lasts[notes] = beats; louds[notes++] = loud
}

# strike adds a note: a soft attack, two overtones that fade sooner than it does.
function strike(n,    from, length_, i, t, fade, w) {
	from = int(begins[n] * BEAT * RATE); length_ = int((lasts[n] * BEAT + 0.8) * RATE)
	w = 2 * PI * pitch[n]
	for (i = 0; i < length_; i++) {
		t = i / RATE
		fade = exp(-1.6 * t) * (t < 0.012 ? t / 0.012 : 1) * (i > length_ - 1600 ? (length_ - i) / 1600 : 1)
		pcm[(from + i) % total] += louds[n] * fade * (sin(w * t) + 0.35 * exp(-2 * t) * sin(2 * w * t) + 0.12 * exp(-4 * t) * sin(3 * w * t))
	}
}

END {
	total = int(4 * bars * BEAT * RATE)
	for (n = 0; n < notes; n++) strike(n)
	printf "; Sample Rate %d\n; Channels 1\n", RATE
	for (i = 0; i < total; i++) printf "%.6f %.6f\n", i / RATE, pcm[i] / 4
}
