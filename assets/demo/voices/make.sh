#!/bin/sh
# Makes the callers' voices again from voices.txt: 16 kHz, mono, 16 bits, at
# -20 dBFS (RMS), with a breath of silence before and after; and what the clients
# have recorded, from ../sounds/sounds.txt and ../sounds/music.txt, as Ogg Opus, as
# loud as the desk would make it.
# Needs espeak-ng, sox and opusenc (Debian: apt-get install espeak-ng sox opus-tools).
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# level FROM DBFS TO EFFECT... brings a sound to a level and then applies the effects.
level() {
	from=$1 wanted=$2 to=$3
	shift 3
	is=$(sox "$from" -n stats 2>&1 | awk '/^RMS lev dB/ { print $4 }')
	sox -D "$from" -b 16 "$to" gain -l "$(awk "BEGIN { print $wanted - ($is) }")" "$@"
}

# speak VOICE SPEED PITCH WORDS DBFS FILE EFFECT...
speak() {
	espeak-ng -v "$1" -s "$2" -p "$3" -w "$work/raw.wav" "$4"
	loud=$5 said=$6
	shift 6
	sox -D "$work/raw.wav" -r 16000 -c 1 -b 16 "$work/speech.wav" silence 1 0.01 0.1% highpass 80 gain -h
	level "$work/speech.wav" "$loud" "$said" "$@"
}

# keep WAV ID
keep() { opusenc --quiet --bitrate 24 --serial 1 --discard-comments "$1" "../sounds/$2.opus"; }

grep -v '^#' voices.txt | while IFS='|' read -r name voice speed pitch words; do
	speak "$voice" "$speed" "$pitch" "$words" -20 "$name.wav" pad 0.3 0.6
done
grep -v '^#' ../sounds/sounds.txt | while IFS='|' read -r id voice speed pitch words; do
	speak "$voice" "$speed" "$pitch" "$words" -23 "$work/sound.wav" reverse silence 1 0.01 0.1% reverse pad 0.1 0.25
	keep "$work/sound.wav" "$id"
done
awk -f ../sounds/music.awk ../sounds/music.txt >"$work/music.dat"
sox -D "$work/music.dat" -b 16 "$work/music.wav"
level "$work/music.wav" -26 "$work/levelled.wav"
keep "$work/levelled.wav" 019aa1f2-5c1e-75e1-9d7a-709274e43145
