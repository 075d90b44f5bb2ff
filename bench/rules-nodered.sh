#!/usr/bin/env bash
# Twenty threshold rules with a hold over the same readings: the hub's rule engine beside Node-RED function nodes, one thread each, from memory.
# Both must raise the same alerts. Installs node-red into a throw-away folder; NODERED names one that has it already.
# Usage: bench/rules-nodered.sh [DEVICES [READINGS]]
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
devices=${1:-1000}; readings=${2:-300000}
if [ -z "${NODERED:-}" ]; then
  NODERED=$work/node-red; mkdir -p "$NODERED"
  (cd "$NODERED" && npm init -y >/dev/null 2>&1 && npm install node-red --no-audit --no-fund >"$work/npm.log" 2>&1) || { echo "node-red could not be installed: $(tail -1 "$work/npm.log")" >&2; exit 2; }
fi
dotnet build "$root/bench/Hub.Bench" -c Release -v quiet -nologo >/dev/null
bench=$root/bench/Hub.Bench/bin/Release/net10.0/Hub.Bench.dll
dotnet "$bench" rules-plain "$devices" "$readings" | tee "$work/hub.txt"
NODE_PATH=$NODERED/node_modules node "$root/bench/nodered/flow.mjs" "$devices" "$readings" | tee "$work/nodered.txt"
dotnet "$bench" rules-plain "$devices" $((readings * 20)) # long enough to be warm
raised() { sed -n 's/.* \([0-9]*\) raised.*/\1/p' "$1"; }
[ "$(raised "$work/hub.txt")" = "$(raised "$work/nodered.txt")" ] && echo "both raised the same $(raised "$work/hub.txt") alerts" || { echo "they raised different alerts: the figures do not compare" >&2; exit 1; }
