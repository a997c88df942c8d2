#!/usr/bin/env bash
# Uploads a mammogram, waits for its prediction, writes the mask:
#   grpcurl.sh INGESTOR PREDICTOR FILE PATIENT MASK.png
# INGESTOR and PREDICTOR are host:port, PATIENT is the code of the file's patient. Methods and messages are asked of the services (reflection). Needs jq.
set -euo pipefail
ingestor=$1 predictor=$2 file=$3 patient=$4 mask=$5

# How the services are spoken to: with TLS where an authority is named, with a token where there is one.
connection=(-plaintext)
if [ -n "${MAMMOLINE_TLS_CA_FILE:-}" ]; then connection=(-cacert "$MAMMOLINE_TLS_CA_FILE"); fi
if [ -n "${MAMMOLINE_TOKEN_FILE:-}" ]; then
  # By way of the environment: what stands in a command's line can be read by everybody on the machine.
  MAMMOLINE_TOKEN=$(<"$MAMMOLINE_TOKEN_FILE")
  export MAMMOLINE_TOKEN
  connection+=(-expand-headers -H 'authorization: Bearer ${MAMMOLINE_TOKEN}')
fi
# A mask is larger than gRPC's own limit may be.
grpcurl=("${GRPCURL:-grpcurl}" "${connection[@]}" -max-msg-sz 67108864)

# From now on: before the file goes in.
watched=$(mktemp)
"${grpcurl[@]}" -max-time 600 -d '{}' "$predictor" mammoline.prediction.v1.PredictionService/WatchPredictions >"$watched" &
watch=$!
trap 'kill "$watch" 2>/dev/null || true; rm -f "$watched"' EXIT
sleep 2

# A header, then chunks of less than 4 MiB.
{
  jq -nc --arg name "$(basename "$file")" '{header: {fileName: $name}}'
  split -b 1m --filter='printf "{\"chunk\":\"%s\"}\n" "$(base64 -w0)"' "$file"
} | "${grpcurl[@]}" -d @ "$ingestor" mammoline.ingest.v1.IngestService/Upload | jq -r .outcome

prediction=
until [ -n "$prediction" ]; do
  kill -0 "$watch" 2>/dev/null || { echo "the watch ended without a prediction of $patient" >&2; exit 1; }
  sleep 0.5
  # The last message may not be whole yet.
  prediction=$(jq -rn --arg patient "$patient" 'first(inputs.prediction | select(.view.patientCode == $patient) | .id)' "$watched" 2>/dev/null || true)
done

"${grpcurl[@]}" -d "{\"predictionId\":\"$prediction\"}" "$predictor" mammoline.prediction.v1.PredictionService/GetPrediction |
  jq -r .prediction.maskPng | base64 -d >"$mask"
echo "$prediction"
