#!/bin/sh
# Makes the callers' voices again from voices.txt: 16 kHz, mono, 16 bits, at
# -20 dBFS (RMS), with a breath of silence before and after.
# Needs espeak-ng and sox (Debian: apt-get install espeak-ng sox).
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

grep -v '^#' voices.txt | while IFS='|' read -r name voice speed pitch words; do
	espeak-ng -v "$voice" -s "$speed" -p "$pitch" -w "$work/raw.wav" "$words"
	sox -D "$work/raw.wav" -r 16000 -c 1 -b 16 "$work/speech.wav" silence 1 0.01 0.1% highpass 80 gain -h
	level=$(sox "$work/speech.wav" -n stats 2>&1 | awk '/^RMS lev dB/ { print $4 }')
	gain=$(awk "BEGIN { print -20 - ($level) }")
	sox -D "$work/speech.wav" -b 16 "$name.wav" gain -l "$gain" pad 0.3 0.6
done
