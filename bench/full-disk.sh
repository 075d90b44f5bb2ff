#!/usr/bin/env bash
# A data folder on a small file system, filled under load: the hub refuses before it is full, loses and overwrites nothing, and goes on when
# there is room again. As root on a tmpfs of its own; otherwise HUB_SMALL_DISK names an empty folder on a small file system.
#   MQTTLOAD=path bench/full-disk.sh [MiB]
source "$(dirname "$0")/lib.sh"
size=${1:-40}
build; loader
if [ -n "${HUB_SMALL_DISK:-}" ]; then small=$HUB_SMALL_DISK
elif [ "$(id -u)" = 0 ]; then
  small=$work/small; mkdir "$small"; mount -t tmpfs -o "size=${size}m" tmpfs "$small"
  trap 'stop_hub; umount "$small"; cleanup' EXIT
else echo "neither root nor HUB_SMALL_DISK: no small file system" >&2; exit 2; fi
start_hub "$small/data" --Hub:Journal:SegmentBytes 1048576 --Hub:Journal:ReserveBytes 8388608; wait_ready
# Something else takes half of what is free, as a forgotten log would: old segments may not make room for ever.
free_kb() { df --output=avail "$small" | tail -1; }
fallocate -l "$(( $(free_kb) / 2 ))K" "$small/hog"
acked=0; refused=false
for round in $(seq 60); do
  "$work/mqttload" pub -p "$mqtt" -c 20 -q 1 -r 8000 -t 2 >"$work/load.json" 2>&1 || true
  acked=$(( acked + $(jq '.acked // 0' "$work/load.json") ))
  # The consumers are stopped short: what they have not passed may not be deleted, so the disk must fill.
  [ "$(api storage | jq -r '.journal.full // empty')" != "" ] && { refused=true; break; }
  fallocate -l "$(( $(free_kb) / 3 ))K" "$small/hog.$round" 2>/dev/null || true
done
echo "full after $acked acknowledged: $(api storage | jq -r .journal.full)"
echo "free at that moment: $(free_kb) KiB; refused: $(api ledger | jq -c .rejected); ready says $(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$http/healthz/ready")"
rm -f "$small"/hog*
since=$(now_ms)
for _ in $(seq 100); do mosquitto_pub -p "$mqtt" -t hub/v1/again/telemetry -q 1 -m '{"power":1}' >/dev/null 2>&1 || true; [ "$(api storage | jq -r '.journal.full // empty')" = "" ] && break; sleep 0.1; done
echo "takes messages again $(( $(now_ms) - since )) ms after there was room"
"$work/mqttload" pub -p "$mqtt" -c 20 -q 1 -r 2000 -t 3 >"$work/load.json" 2>&1 || true
acked=$(( acked + $(jq '.acked // 0' "$work/load.json") ))
kill_hub; start_hub "$small/data" --Hub:Journal:SegmentBytes 1048576 --Hub:Journal:ReserveBytes 8388608; wait_ready; drain
ledger=$(api ledger)
echo "acknowledged $acked, $(jq -c '{journalled, decoded, readings, stored, rejected, balanced}' <<<"$ledger")"
[ "$refused" = true ] && [ "$(jq .journalled <<<"$ledger")" -ge "$acked" ] && [ "$(jq '.readings == .stored' <<<"$ledger")" = true ] && [ "$(jq .balanced <<<"$ledger")" = true ] && echo "lost: 0"
