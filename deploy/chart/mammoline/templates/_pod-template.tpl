{{/* As mammoline.pod, with metadata: a pod template. */}}
{{- define "mammoline.podTemplate" -}}
{{- $values := get .root.Values.services .service -}}
metadata:
  labels:
    {{- include "mammoline.labels" . | nindent 4 }}
    {{- with .root.Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # Pods are made anew where the configuration changes.
    checksum/config: {{ include "mammoline.config" .root | sha256sum }}
    {{- with mergeOverwrite (dict) .root.Values.podAnnotations $values.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  {{- include "mammoline.pod" . | nindent 2 }}
{{- end -}}
