#!/usr/bin/env bash
# MQTT → InfluxDB twice, side by side in one run: the hub (durable before it acknowledges, decoded, judged by all rules) and Node-RED behind
# mosquitto (node-red and node-red-contrib-influxdb from npm, in a throw-away folder). The same server, load and messages.
#   MQTTLOAD=path bench/influx-nodered.sh [seconds] [messages/s, 0 for as many as go]
source "$(dirname "$0")/lib.sh"
seconds=${1:-10}; rate=${2:-0}
command -v npm >/dev/null || { echo "npm is not installed" >&2; exit 2; }
build; loader; start_influx; start_mosquitto
# NODE_RED names a folder in which both are installed already.
mkdir "$work/red"; red=${NODE_RED:-$work/red}
[ -x "$red/node_modules/.bin/node-red" ] || (cd "$red" && npm init -y >/dev/null && npm install --no-audit --no-fund --loglevel=error node-red@4 node-red-contrib-influxdb >"$work/npm.log" 2>&1) || { tail -5 "$work/npm.log" >&2; exit 2; }
red_port=$(free_port)
curl -fs -XPOST "http://127.0.0.1:$influx_port/query" --data-urlencode 'q=CREATE DATABASE red' >/dev/null
cat >"$work/red/settings.js" <<JS
module.exports = { uiPort: $red_port, uiHost: '127.0.0.1', flowFile: 'flow.json', userDir: '$red', credentialSecret: false, disableEditor: true, logging: { console: { level: 'info' } } };
JS
# mqtt in (QoS 1) → JSON → fields and the device as tag → batches of a second, as a person would set it up.
cat >"$red/flow.json" <<FLOW
[{"id":"f","type":"tab","label":"road"},
 {"id":"b","type":"mqtt-broker","name":"","broker":"127.0.0.1","port":"$mosquitto_port","clientid":"red","autoConnect":true,"usetls":false,"protocolVersion":"4","keepalive":"60","cleansession":true},
 {"id":"i","type":"influxdb","hostname":"127.0.0.1","port":"$influx_port","protocol":"http","database":"red","name":"","usetls":false,"influxdbVersion":"1.x","url":"","rejectUnauthorized":false},
 {"id":"m","type":"mqtt in","z":"f","name":"","topic":"hub/v1/+/telemetry","qos":"1","datatype":"json","broker":"b","nl":false,"rap":true,"rh":0,"wires":[["p"]]},
 {"id":"p","type":"function","z":"f","name":"","func":"msg.payload = { measurement: 'readings', tags: { device: msg.topic.split('/')[2] }, fields: msg.payload.values, timestamp: new Date() }; return msg;","outputs":1,"wires":[["j"]]},
 {"id":"j","type":"join","z":"f","name":"","mode":"custom","build":"array","property":"payload","propertyType":"msg","key":"topic","joiner":"","joinerType":"str","accumulate":false,"timeout":"1","count":"5000","reduceRight":false,"wires":[["o"]]},
 {"id":"o","type":"influxdb batch","z":"f","influxdb":"i","precision":"","retentionPolicy":"","name":"","database":"","precisionV18FluxV20":"ms","retentionPolicyV18Flux":"","org":"","bucket":"","wires":[]}]
FLOW
"$red/node_modules/.bin/node-red" --settings "$work/red/settings.js" --userDir "$red" >"$work/red.log" 2>&1 & red_pid=$!; pids+=("$red_pid")
for _ in $(seq 300); do grep -q -i 'connected to broker' "$work/red.log" && break; kill -0 "$red_pid" 2>/dev/null || { tail -5 "$work/red.log" >&2; exit 1; }; sleep 0.2; done
start_hub "$work/data" --Hub:Readings:Store influxdb --Hub:Readings:InfluxDb:Url "http://127.0.0.1:$influx_port"; wait_ready

# steady COMMAND: waits until what it counts is more than nothing and stands still for four seconds, two minutes at most
steady() {
  local last=-1 now=0 still=0
  for _ in $(seq 240); do
    now=$("$@"); if [ "$now" = "$last" ] && [ "$now" -gt 0 ]; then still=$(( still + 1 )); else still=0; fi
    [ "$still" -ge 8 ] && break; last=$now; sleep 0.5
  done
  echo "$now"
}
body='{"values":{"power":@V,"port_temp":31.2,"voltage":60.1}}'
measure() { # name port pid database
  local before; before=$(cpu_ms "$3"); local began; began=$(now_ms)
  local load; load=$("$work/mqttload" pub -p "$2" -c 50 -q 1 -r "$rate" -t "$seconds" -b "$body" || true)
  local points; points=$(steady influx_count "$4" power); local took=$(( $(now_ms) - began - 4000 )); local cpu=$(( $(cpu_ms "$3") - before ))
  local acked; acked=$(jq .acked <<<"$load")
  echo "$1: acknowledged $acked, in InfluxDB $points ($(awk -v p="$points" -v a="$acked" 'BEGIN { printf "%.1f", a ? 100 * p / a : 0 }') %), all there after $took ms: $(( points * 1000 / (took > 0 ? took : 1) )) messages/s, $(awk -v c="$cpu" -v p="$points" 'BEGIN { printf "%.1f", p ? 1000 * c / p : 0 }') us of its own processor time each, PUBACK p99 $(jq .ack_ms.p99 <<<"$load") ms"
}
measure "mosquitto + Node-RED" "$mosquitto_port" "$red_pid" red
measure "hub" "$mqtt" "$hub_pid" hub
echo "ledger: $(api ledger | jq -c '{journalled, decoded, readings, stored, balanced}')"
(grep -ci error "$work/red.log" || true) | sed 's/^/lines with an error in the log of Node-RED: /'
