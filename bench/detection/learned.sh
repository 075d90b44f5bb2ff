#!/usr/bin/env bash
# The detectors that learn what is usual, on recorded data and on simulated doors; docs/detection.md says what each figure means.
# Usage: bench/detection/learned.sh DATA     DATA holds nab/, calit2_building/ and home_activity/ (what is missing is left out, aloud)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
data=${1:?usage: bench/detection/learned.sh DATA}
dotnet build "$root/bench/Hub.Bench" -c Release -v quiet -nologo >/dev/null
bench() { echo "== $*"; dotnet run -c Release --no-build --project "$root/bench/Hub.Bench" -- "$@"; }
on() { if [ -d "$data/$2" ]; then bench "$1" "$data/$2" "${@:3}"; else echo "== $1: no $data/$2, left out"; fi; }
on nab nab --files
on nab nab --cross
on gathering calit2_building
on inactivity home_activity
bench doors 120 12 1
bench doors 120 12 2
bench detectors
