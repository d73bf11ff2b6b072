#!/bin/sh
# Makes the callers' voices again from voices.txt: 16 kHz, mono, 16 bits, at
# -20 dBFS (RMS), with a breath of silence before and after; and the clients'
# sounds from ../sounds/sounds.txt, as Ogg Opus.
# Needs espeak-ng, sox and opusenc (Debian: apt-get install espeak-ng sox opus-tools).
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# speak VOICE SPEED PITCH WORDS FILE
speak() {
	espeak-ng -v "$1" -s "$2" -p "$3" -w "$work/raw.wav" "$4"
	sox -D "$work/raw.wav" -r 16000 -c 1 -b 16 "$work/speech.wav" silence 1 0.01 0.1% highpass 80 gain -h
	level=$(sox "$work/speech.wav" -n stats 2>&1 | awk '/^RMS lev dB/ { print $4 }')
	gain=$(awk "BEGIN { print -20 - ($level) }")
	sox -D "$work/speech.wav" -b 16 "$5" gain -l "$gain" pad 0.3 0.6
}

grep -v '^#' voices.txt | while IFS='|' read -r name voice speed pitch words; do
	speak "$voice" "$speed" "$pitch" "$words" "$name.wav"
done
grep -v '^#' ../sounds/sounds.txt | while IFS='|' read -r id voice speed pitch words; do
	speak "$voice" "$speed" "$pitch" "$words" "$work/sound.wav"
	opusenc --quiet --bitrate 24 --serial 1 --discard-comments "$work/sound.wav" "../sounds/$id.opus"
done
