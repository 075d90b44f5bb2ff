#!/usr/bin/env bash
# Twenty threshold rules with a hold over the same readings, one thread, from memory: the hub's rule engine, System.Reactive, rxjs and Node-RED
# function nodes. All must raise the same alerts (rule, device and time), or the script fails. Installs node-red and rxjs into a throw-away folder;
# NODE_ENGINES names one that has them already. Without npm the two on .NET are compared alone.
# Usage: bench/rules-engines.sh [DEVICES [COLD [WARM [WARM_NODERED]]]]   readings; Node-RED is slow and gets its own number
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
devices=${1:-1000}; cold=${2:-100000}; warm=${3:-4000000}; warm_nodered=${4:-$((cold / 2))}
engines=${NODE_ENGINES:-}
if [ -z "$engines" ] && command -v npm >/dev/null; then
  engines=$work/node; mkdir -p "$engines"
  (cd "$engines" && npm init -y >/dev/null 2>&1 && npm install node-red rxjs --no-audit --no-fund >"$work/npm.log" 2>&1) || { echo "node-red and rxjs could not be installed and are left out: $(tail -1 "$work/npm.log")" >&2; engines=; }
fi
[ -n "$engines" ] || echo "without npm neither node-red nor rxjs is measured" >&2
dotnet build "$root/bench/Hub.Bench" -c Release -v quiet -nologo >/dev/null
on_net() { dotnet "$root/bench/Hub.Bench/bin/Release/net10.0/Hub.Bench.dll" rules-plain "$1" "$devices" "$cold" "$warm"; }
on_node() { NODE_PATH=$engines/node_modules node --expose-gc "$root/bench/engines/$1.mjs" "$devices" "$cold" "$2"; }
{
  on_net hub
  DOTNET_TieredPGO=1 on_net rx # its queries are calls through interfaces, which the instrumented tier makes faster; the hub runs as it is shipped
  [ -z "$engines" ] || on_node rxjs "$warm"
  [ -z "$engines" ] || on_node nodered "$warm_nodered"
} >"$work/engines.txt"
printf '%-9s %18s %18s %10s %s\n' engine 'cold [1/s of CPU]' 'warm [1/s of CPU]' 'B a key' "raised ($cold cold readings, and in all)"
while read -r name slow fast bytes first all; do printf '%-9s %18s %18s %10s %s %s\n' "$name" "$slow" "$fast" "$bytes" "$first" "$all"; done <"$work/engines.txt"
same() { [ "$(awk "$1" "$work/engines.txt" | sort -u | wc -l)" = 1 ]; }
same '{ print $5 }' && same '$1 != "node-red" { print $6 }' && echo "all raised the same alerts" || { echo "they raised different alerts: the figures do not compare" >&2; exit 1; }
