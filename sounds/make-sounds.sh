#!/bin/sh
# Makes the phrases: needs espeak-ng and sox (Debian packages of these names).
# 16 kHz, mono, 16 bit: FreeSWITCH plays them to 8 and 16 kHz calls alike.
set -eu
cd "$(dirname "$0")"

phrase() { # LANGUAGE FILE TEXT
  mkdir -p "$1"
  espeak-ng -v "$1" -s 140 -w /dev/stdout "$3" |
    sox -t wav - -r 16000 -c 1 -b 16 -R "$1/$2.wav" norm -3 pad 0.2 0.3
}

phrase en callback 'callback'
