{{/* Name of the release's objects: the release's, with the chart's behind it where it is not in it already. */}}
{{- define "mammoline.name" -}}
{{- if contains .Chart.Name .Release.Name -}}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{- else -}}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{- end -}}
{{- end -}}

{{/* What pods are selected by: of all services, or (dict "root" $ "service" name) of one. Never changes in an upgrade. */}}
{{- define "mammoline.selector" -}}
app.kubernetes.io/name: mammoline
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .service }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{- define "mammoline.labels" -}}
{{ include "mammoline.selector" . }}
app.kubernetes.io/part-of: mammoline
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* dict "root" $ "service" name: object name of a service. */}}
{{- define "mammoline.serviceName" -}}
{{ include "mammoline.name" .root }}-{{ .service }}
{{- end -}}

{{- define "mammoline.serviceAccount" -}}
{{- if .root.Values.serviceAccount.create -}}{{ include "mammoline.serviceName" . }}{{- else -}}{{ .root.Values.serviceAccount.name | default "default" }}{{- end -}}
{{- end -}}

{{/* dict "root" $ "image" (light, cpu, cuda): a reference by digest, or by tag. */}}
{{- define "mammoline.image" -}}
{{- $image := get .root.Values.images .image -}}
{{- with .root.Values.images.registry }}{{ . }}/{{ end -}}
{{- $image.repository -}}
{{- if $image.digest -}}@{{ $image.digest }}{{- else -}}:{{ $image.tag | default .root.Chart.AppVersion }}{{- end -}}
{{- end -}}

{{/* The facts of a service that are not the user's to choose: which image, whether it answers callers, which stages take which topics from Kafka. */}}
{{- define "mammoline.facts" -}}
ingestor: { image: light, grpc: true, stages: [] }
restructurer:
  image: light
  grpc: true
  stages:
    - { group: restructurer, topic: mammoline.dicom.received.v1 }
    - { group: restructurer.review, topic: mammoline.image.catalogued.v1 }
mask-merger:
  image: light
  grpc: false
  stages:
    - { group: mask-merger, topic: mammoline.image.catalogued.v1 }
preprocessor:
  image: light
  grpc: false
  stages:
    - { group: preprocessor, topic: mammoline.image.catalogued.v1 }
    - { group: preprocessor.masks, topic: mammoline.mask.merged.v1 }
predictor:
  image: cpu
  grpc: true
  stages:
    - { group: predictor.views, topic: mammoline.view.prepared.v1 }
    - { group: predictor.models, topic: mammoline.model.published.v1 }
    - { group: predictor.cards, topic: mammoline.model.published.v1 }
    - { group: predictor, topic: mammoline.prediction.requested.v1 }
trainer:
  image: cpu
  grpc: true
  stages:
    - { group: trainer, topic: mammoline.training.requested.v1 }
{{- end -}}

{{/* Which secrets are read: the user's, or the one made of values. */}}
{{- define "mammoline.postgresSecret" -}}
{{- if .Values.postgres.url -}}{{ include "mammoline.name" . }}-postgres{{- else -}}{{ .Values.postgres.existingSecret }}{{- end -}}
{{- end -}}
{{- define "mammoline.postgresKey" -}}
{{- if .Values.postgres.url -}}uri{{- else -}}{{ .Values.postgres.key }}{{- end -}}
{{- end -}}
