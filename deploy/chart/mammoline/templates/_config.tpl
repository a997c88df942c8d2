{{/* Environment of every service that is no secret. */}}
{{- define "mammoline.config" -}}
{{- $config := dict
  "MAMMOLINE_TRANSPORT" "kafka"
  "MAMMOLINE_KAFKA_BROKERS" (join "," .Values.kafka.brokers)
  "MAMMOLINE_BLOBS_URL" .Values.objectStore.url
  "MAMMOLINE_GRACE_MS" (int .Values.graceMs)
  "MAMMOLINE_MAX_ATTEMPTS" (int .Values.maxAttempts)
  "MAMMOLINE_RETENTION_DAYS" (int .Values.retentionDays)
  "MAMMOLINE_LOG" "json"
  "MAMMOLINE_LOG_LEVEL" .Values.logLevel
  "MAMMOLINE_CODE_VERSION" .Chart.AppVersion
-}}
{{- if .Values.kafka.tls.enabled }}{{ $_ := set $config "MAMMOLINE_KAFKA_TLS" "true" }}{{ end -}}
{{- with .Values.kafka.sasl -}}
{{- if .mechanism }}{{ $_ := set $config "MAMMOLINE_KAFKA_SASL_MECHANISM" .mechanism }}{{ $_ := set $config "MAMMOLINE_KAFKA_SASL_USERNAME" .username }}{{ end -}}
{{- end -}}
{{- with .Values.tracing -}}
{{- if .endpoint }}{{ $_ := set $config "OTEL_EXPORTER_OTLP_ENDPOINT" .endpoint }}{{ $_ := set $config "OTEL_TRACES_SAMPLER" .sampler }}{{ $_ := set $config "OTEL_TRACES_SAMPLER_ARG" .samplerArg }}{{ end -}}
{{- end -}}
{{- range $name, $value := mergeOverwrite $config .Values.env }}
{{ $name }}: {{ $value | toString | quote }}
{{- end }}
{{- end -}}
