#!/usr/bin/env bash
# Plays a community with every scene against a hub that knows none of its devices, over MQTT alone, and scores the cases it opened.
# Usage: bench/score.sh [options of "simulators run"]     SPEED=300 DAYS=1 SCALE=0.1 SEED=7 SCENE=all START=2026-11-20T05:30:00+08:00
source "$(dirname "$0")/lib.sh"
speed=${SPEED:-300} days=${DAYS:-1} scale=${SCALE:-0.1} seed=${SEED:-7} scene=${SCENE:-all} start=${START:-2026-11-20T05:30:00+08:00}
build
dotnet build "$root/simulators" -c Release -v quiet -nologo >/dev/null
simulators=(dotnet "$root/simulators/bin/Release/net10.0/hub-simulators.dll")
began=$(now_ms)
start_hub "$work/data" --Hub:Clock:Speed "$speed" --Hub:Clock:Start "$start"; wait_ready
"${simulators[@]}" run --broker "mqtt://127.0.0.1:$mqtt" --scene "$scene" --scale "$scale" --speed "$speed" --seed "$seed" --days "$days" --truth "$work/truth.jsonl" "$@"
drain
"${simulators[@]}" score --hub "http://127.0.0.1:$http" --token bench-token --truth "$work/truth.jsonl" --detail
echo "ledger: $(api ledger | jq -c '{received, rejected, unclaimed, journalled, decoded, duplicates, deadLettered, readings, stored, late, balanced}')"
echo "speed $speed, $(( ($(now_ms) - began) / 1000 )) s in all, hub $(( $(rss_kb "$hub_pid") / 1024 )) MB"
if [ -n "${KEEP:-}" ]; then cp "$work/truth.jsonl" "$work/hub.log" "$KEEP"; fi
stop_hub
